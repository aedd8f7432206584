package io.weir.gateway.stream;

import io.quarkus.test.common.http.TestHTTPResource;
import io.weir.contracts.id.StreamId;
import io.weir.contracts.stream.EndReason;
import io.weir.gateway.fakes.Await;
import io.weir.gateway.fakes.FakeMetering;
import io.weir.gateway.fakes.Gateway;
import io.weir.gateway.fakes.Surroundings;
import io.weir.gateway.fakes.Tickets;
import io.weir.gateway.machines.Fleet;
import io.weir.gateway.machines.Machine;
import io.weir.gateway.metering.Settlement;
import jakarta.inject.Inject;
import java.net.URI;
import org.junit.jupiter.api.BeforeEach;

/**
 * What the gateway's tests have in common: a reserved stream, and a gateway at rest. One gateway serves all tests of a run,
 * so each begins by ending what earlier ones have left open: what a fake has seen is then this test's own doing.
 */
abstract class OneStream {
    final StreamId stream = Tickets.stream();

    @TestHTTPResource("/v1/streams")
    URI streams;

    @Inject
    OpenStreams open;

    @Inject
    Settlement settlement;

    @Inject
    Fleet fleet;

    @SuppressWarnings("NullAway.Init") // set by Surroundings before each test
    Surroundings.World world;

    @SuppressWarnings("NullAway.Init")
    FakeMetering.Hold hold;

    @SuppressWarnings("NullAway.Init")
    Gateway gateway;

    @BeforeEach
    void beginAtRest() {
        world.recover();
        Await.until("the gateway at rest", this::atRest);
        world.forget();
        awaitHealthyMachines();
        world.relay().awaitGateway();
        gateway = new Gateway(streams);
        hold = world.metering().hold(stream);
    }

    private boolean atRest() {
        open.stopAll(EndReason.CANCELLED);
        return open.size() == 0 && settlement.unsettled() == 0;
    }

    /** Waits until every machine that a stream has suspected was found well again. */
    void awaitHealthyMachines() {
        Await.until("all machines healthy", () -> fleet.machines().stream().allMatch(Machine::healthy));
    }
}
