package io.weir.metering.holds;

import io.micrometer.core.instrument.MeterRegistry;
import io.smallrye.config.SmallRyeConfig;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Vertx;
import io.weir.contracts.holds.ClaimReply;
import io.weir.contracts.holds.ClaimRequest;
import io.weir.contracts.holds.ReserveReply;
import io.weir.contracts.holds.ReserveRequest;
import io.weir.contracts.holds.SettleReply;
import io.weir.contracts.holds.SettleRequest;
import io.weir.contracts.holds.UpdateBatch;
import io.weir.contracts.holds.UpdateReply;
import io.weir.contracts.id.StreamId;
import io.weir.metering.answer.Outcome;
import io.weir.metering.database.Database;
import io.weir.metering.settings.Agents;
import io.weir.metering.settings.MeteringSettings;

/**
 * The way of money of this service for a process without HTTP and without a container: what a bench or a replay drives.
 * It takes requests as they are; {@code HoldRules} checks those that come over HTTP. Any thread.
 */
public final class LedgerCore {
    private static final long COOL_MILLIS = 1_000;

    private final EdgeHolds edge;
    private final GatewayHolds gateway;
    private final HoldUpdates updates;

    private LedgerCore(EdgeHolds edge, GatewayHolds gateway, HoldUpdates updates) {
        this.edge = edge;
        this.gateway = gateway;
        this.updates = updates;
    }

    /**
     * A core over a database whose owner bounds and closes its pool.
     *
     * @param config with mappings of {@link MeteringSettings}, {@link HotSettings}, {@link PaceSettings} and {@link Agents}
     */
    public static LedgerCore over(Vertx vertx, Database database, SmallRyeConfig config, MeterRegistry registry) {
        var settings = config.getConfigMapping(MeteringSettings.class);
        var agents = config.getConfigMapping(Agents.class);
        var hot = new HotAccounts(vertx, database, config.getConfigMapping(HotSettings.class), settings, registry);
        vertx.setPeriodic(COOL_MILLIS, _ -> hot.cool());
        var paces = new Paces(database, config.getConfigMapping(PaceSettings.class), settings);
        return new LedgerCore(
                new EdgeHolds(database, settings, agents, hot, paces),
                new GatewayHolds(database, settings, new HoldMeters(registry, agents), hot),
                new HoldUpdates(database, settings));
    }

    /** Reserves credits for one stream. */
    public Uni<Outcome<ReserveReply>> reserve(ReserveRequest request) {
        return edge.reserve(request);
    }

    /** Makes a gateway the owner of a stream. */
    public Uni<Outcome<ClaimReply>> claim(StreamId stream, ClaimRequest request) {
        return gateway.claim(stream, request);
    }

    /** Takes one gateway's figures and renews its lease. */
    public Uni<UpdateReply> update(UpdateBatch batch) {
        return updates.apply(batch);
    }

    /** Ends a stream and charges it. */
    public Uni<Outcome<SettleReply>> settle(StreamId stream, SettleRequest request) {
        return gateway.settle(stream, request);
    }
}
