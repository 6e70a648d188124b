package org.serai.message;

import java.util.Map;

/**
 * What the messaging of this node has done since it began.
 *
 * @param transport the wire that messages go over, for example {@code jgroups+tls}; empty without one
 * @param sent messages sent first, those that were sent again not counted
 * @param sentAgain how often a message was sent again to a node
 * @param handedUp messages of other nodes that were handed to the daemon
 * @param receiptsSent messages that this node has confirmed, several with one receipt where they came together
 * @param receiptsReceived messages that other nodes have confirmed, each node counted
 * @param receiptsMissing entries of RC arrays that were given up
 * @param grown RC arrays that were too short and made longer
 * @param responsesReceived answers and errors of other nodes
 * @param responsesMissing responses that did not come in time
 * @param receiptLatency from sending to each receipt
 * @param responseLatency from sending to each response
 * @param sendQueue packets that wait to be given to the transport
 * @param openArrays RC arrays that are not filled yet
 * @param responseQueue messages that wait for responses
 * @param receiveQueue messages that wait for their handler or are handled now
 * @param dropped packets that were dropped, by reason
 */
public record MessageStats(
        String transport,
        long sent,
        long sentAgain,
        long handedUp,
        long receiptsSent,
        long receiptsReceived,
        long receiptsMissing,
        long grown,
        long responsesReceived,
        long responsesMissing,
        Latency receiptLatency,
        Latency responseLatency,
        int sendQueue,
        int openArrays,
        int responseQueue,
        int receiveQueue,
        Map<String, Long> dropped) {
    /** Microseconds; each within an eighth of the true value. 0 while nothing was counted. */
    public record Latency(long count, long p50Us, long p99Us, long maxUs) {}
}
