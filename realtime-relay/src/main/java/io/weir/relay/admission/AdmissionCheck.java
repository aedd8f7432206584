package io.weir.relay.admission;

import io.quarkus.websockets.next.HttpUpgradeCheck;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.Priority;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Map;

/** Asks the gate before any other check looks at a handshake: a signature is dear, a refusal is cheap. */
@Singleton
@Priority(10_000)
class AdmissionCheck implements HttpUpgradeCheck {
    /** Gateways are few, and streams depend on them. */
    private static final String GATEWAYS = "append";

    private static final int TOO_MANY_REQUESTS = 429;
    private static final int UNAVAILABLE = 503;

    private final Gate gate;

    AdmissionCheck(Gate gate) {
        this.gate = gate;
    }

    @Override
    public boolean appliesTo(String endpointId) {
        return !endpointId.equals(GATEWAYS);
    }

    @Override
    public Uni<CheckResult> perform(HttpUpgradeContext context) {
        return switch (gate.knock()) {
            case Admission.Admitted _ -> CheckResult.permitUpgrade();
            case Admission.TooFast(int seconds) -> refuse(TOO_MANY_REQUESTS, seconds);
            case Admission.Closed(int seconds) -> refuse(UNAVAILABLE, seconds);
        };
    }

    private static Uni<CheckResult> refuse(int status, int seconds) {
        return CheckResult.rejectUpgrade(status, Map.of("Retry-After", List.of(Integer.toString(seconds))));
    }
}
