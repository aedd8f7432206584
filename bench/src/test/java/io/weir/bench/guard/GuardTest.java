package io.weir.bench.guard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.weir.bench.guard.Guard.Cost;
import io.weir.bench.peer.Contender.Availability.Ready;
import io.weir.bench.peer.WeirChain;
import io.weir.bench.peer.Workshop;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Holds the packaged services to ratios, never to times. Skipped where they are not packaged, as when this module is built
 * alone. The limits are well above what is measured: they are there for what suddenly costs several times as much.
 */
class GuardTest {
    private static final double HOPS = 8;
    private static final double FAN_OUT = 2;

    private final Workshop workshop =
            new Workshop(Path.of("..").toAbsolutePath().normalize());
    private final Guard guard = new Guard(workshop);

    @BeforeEach
    void servicesArePackaged() {
        assumeTrue(new WeirChain(workshop).prepare() instanceof Ready, "the services are not packaged");
    }

    @Test
    @Timeout(900)
    void aTokenThroughEdgeAndGatewayCostsLittleMoreThanThroughTwoBarePipes() throws Exception {
        Cost token = measured(() -> guard.hops(HOPS));

        System.out.printf("CPU µs a token: Weir %.1f, two bare pipes %.1f%n", token.weir(), token.bare());
        assertThat(token.ratio()).as("%s", token).isLessThan(HOPS);
    }

    @Test
    @Timeout(900)
    void aTokenToASubscriberCostsNoMoreThanAFrameOfABareSender() throws Exception {
        Cost delivery = measured(() -> guard.fanOut(FAN_OUT));

        System.out.printf("CPU µs a delivery: Weir %.1f, a bare sender %.1f%n", delivery.weir(), delivery.bare());
        assertThat(delivery.ratio()).as("%s", delivery).isLessThan(FAN_OUT);
    }

    private interface Look {
        Cost cost() throws Exception;
    }

    /** That the services answer at all is what other tests are for; here a machine on which they do not says nothing. */
    private static Cost measured(Look look) throws Exception {
        try {
            return look.cost();
        } catch (IOException e) {
            return Assumptions.abort("the machine is too busy to measure on: " + e.getMessage());
        }
    }
}
