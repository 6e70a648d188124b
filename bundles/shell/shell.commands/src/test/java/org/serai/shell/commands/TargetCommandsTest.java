package org.serai.shell.commands;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TargetCommandsTest {
    @Test
    void credentialsOfAUrlAreNotShown() {
        assertThat(TargetCommands.withoutCredentials("iscsi://user%secret@127.0.0.1:3260/iqn.2026-01.org.serai:x/0"))
                .isEqualTo("iscsi://127.0.0.1:3260/iqn.2026-01.org.serai:x/0");
    }
}
