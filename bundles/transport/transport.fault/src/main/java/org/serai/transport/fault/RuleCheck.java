package org.serai.transport.fault;

import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;

/**
 * Fails with a setting that has a rule which is none, upon which that is refused. The driver itself must not fail with
 * it: rules come and go while links are in use.
 */
@Component(
        service = {},
        immediate = true,
        configurationPid = "org.serai.transport.fault")
public final class RuleCheck {
    /** Checks the rules. */
    @Activate
    public RuleCheck(FaultComponent.Config config) {
        Rule.parseAll(config.rules());
    }
}
