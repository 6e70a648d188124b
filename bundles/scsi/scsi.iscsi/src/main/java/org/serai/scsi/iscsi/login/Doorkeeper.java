package org.serai.scsi.iscsi.login;

import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.serai.scsi.ExportSpec;
import org.serai.scsi.spi.Targets;

/** Decides whom a login is begun with, and what it takes to be let in. */
public final class Doorkeeper {
    private final Targets targets;
    private final boolean discoveryAuthentication;
    private final RandomGenerator secureRandom;

    /** @param discoveryAuthentication whether nobody is told of a target without CHAP */
    public Doorkeeper(Targets targets, boolean discoveryAuthentication, RandomGenerator secureRandom) {
        this.targets = targets;
        this.discoveryAuthentication = discoveryAuthentication;
        this.secureRandom = secureRandom;
    }

    Visitor admit(Identity identity) throws LoginFailure {
        if (identity.target().isPresent()) {
            return toTarget(identity, identity.target().get());
        }
        if (identity.tsih() != 0) {
            throw new LoginFailure(LoginFailure.SESSION_DOES_NOT_EXIST, "a discovery session has one connection");
        }
        List<ExportSpec.Chap> credentials = targets.visibleTo(identity.initiator()).stream()
                .flatMap(target -> targets.admission(target, identity.initiator()).stream())
                .flatMap(admission -> admission.chap().stream())
                .toList();
        return new Visitor(identity, 0, new Authentication(discoveryAuthentication, credentials, secureRandom));
    }

    /** What is not to be seen and what is not there get the same answer. */
    private Visitor toTarget(Identity identity, String target) throws LoginFailure {
        Targets.Admission admission = targets.admission(target, identity.initiator())
                .orElseThrow(() -> new LoginFailure(
                        LoginFailure.NOT_FOUND,
                        "target " + target + " is not there, or not for " + identity.initiator()));
        if (admission.elsewhere().isPresent()) {
            Targets.Redirection there = admission.elsewhere().get();
            throw new LoginFailure(
                    there.permanent() ? LoginFailure.MOVED_PERMANENTLY : LoginFailure.MOVED_TEMPORARILY,
                    target + " is served at " + there.address(),
                    // without a portal group (RFC 7143, 13.8)
                    Map.of("TargetAddress", there.address()));
        }
        return new Visitor(
                identity,
                admission.portalGroup(),
                new Authentication(
                        admission.chap().isPresent(), admission.chap().stream().toList(), secureRandom));
    }
}
