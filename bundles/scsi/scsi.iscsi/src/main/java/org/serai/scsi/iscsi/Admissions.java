package org.serai.scsi.iscsi;

import java.net.InetAddress;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** How many connections are in their login, in all and by address: nobody may take the places of all others. */
final class Admissions {
    private final int maxLogins;
    private final int maxLoginsPerAddress;
    private final AtomicInteger logins = new AtomicInteger();
    private final Map<InetAddress, Integer> byAddress = new ConcurrentHashMap<>();

    Admissions(int maxLogins, int maxLoginsPerAddress) {
        this.maxLogins = maxLogins;
        this.maxLoginsPerAddress = maxLoginsPerAddress;
    }

    /** Whether one more may begin, which {@link #ended} must follow. Called by one thread. */
    boolean begins(InetAddress address) {
        if (logins.get() >= maxLogins || byAddress.getOrDefault(address, 0) >= maxLoginsPerAddress) {
            return false;
        }
        logins.incrementAndGet();
        byAddress.merge(address, 1, Integer::sum);
        return true;
    }

    void ended(InetAddress address) {
        logins.decrementAndGet();
        byAddress.computeIfPresent(address, (any, count) -> count == 1 ? null : count - 1);
    }
}
