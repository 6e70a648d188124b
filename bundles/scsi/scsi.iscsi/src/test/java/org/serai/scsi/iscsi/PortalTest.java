package org.serai.scsi.iscsi;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PortalTest {
    private static final int RESTARTS = 300;

    @Test
    void aPortalHasThePortAgainThatItHadBeforeItWasClosed() {
        int port;
        try (TestNode first = new TestNode()) {
            port = first.port();
        }
        TestNode.Config samePort = new TestNode.Config() {
            @Override
            public int port() {
                return port;
            }
        };
        for (int i = 0; i < RESTARTS; i++) {
            try (TestNode again = new TestNode(samePort)) {
                assertThat(again.port()).isEqualTo(port);
            }
        }
    }
}
