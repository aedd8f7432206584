package io.weir.gateway.route;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.weir.contracts.id.StreamId;
import io.weir.contracts.stream.EndReason;
import io.weir.contracts.ticket.TicketClaims;
import io.weir.gateway.config.GatewayConfig;
import io.weir.gateway.config.RoutingConfig;
import io.weir.gateway.machines.Fleet;
import io.weir.gateway.machines.Machine;
import io.weir.gateway.machines.SessionKey;
import io.weir.gateway.metering.Claim;
import io.weir.gateway.metering.Lease;
import io.weir.gateway.metering.Settlement;
import io.weir.gateway.metering.Updates;
import io.weir.gateway.net.Loops;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.jboss.logging.Logger;

/**
 * The streams that run past this gateway, and what their agents report. A stream's figures change on the control context only;
 * everything here may be called from any thread.
 */
@ApplicationScoped
public class ReplayedStreams {
    private static final Logger LOG = Logger.getLogger(ReplayedStreams.class);

    private final Vertx vertx;
    private final RoutingConfig config;
    private final GatewayConfig gateway;
    private final Loops loops;
    private final Fleet fleet;
    private final Lease lease;
    private final Updates updates;
    private final Settlement settlement;
    private final Map<StreamId, ReplayedStream> streams = new ConcurrentHashMap<>();
    private boolean watching; // control context only

    ReplayedStreams(
            Vertx vertx,
            RoutingConfig config,
            GatewayConfig gateway,
            Loops loops,
            Fleet fleet,
            Lease lease,
            Updates updates,
            Settlement settlement) {
        this.vertx = vertx;
        this.config = config;
        this.gateway = gateway;
        this.loops = loops;
        this.fleet = fleet;
        this.lease = lease;
        this.updates = updates;
        this.settlement = settlement;
    }

    /** True while one more can be kept. */
    public boolean accepting() {
        return streams.size() < config.replay().streams();
    }

    /** Streams that run past this gateway. */
    public int size() {
        return streams.size();
    }

    /** The machine that has been given a stream which this process keeps. */
    public Optional<Machine> machine(StreamId stream) {
        return Optional.ofNullable(streams.get(stream)).map(ReplayedStream::machine);
    }

    /**
     * A claimed stream is about to be replayed.
     *
     * @return false if it was stopped before it began: it is settled at nothing, and must not be replayed
     */
    public boolean begin(TicketClaims ticket, Machine machine, Claim.Won claim) {
        lease.claimed(claim.sentNanos(), ticket.hold().leaseSeconds());
        var stream = new ReplayedStream(
                ticket, machine, claim.epoch(), InstantSource.system().instant(), System.nanoTime());
        if (claim.cancelled()) {
            settle(stream, EndReason.CANCELLED);
            return false;
        }
        if (streams.putIfAbsent(ticket.stream(), stream) == null) {
            machine.enter();
            LOG.infof("stream replayed stream=%s machine=%s epoch=%d", ticket.stream(), machine, claim.epoch());
        }
        loops.control().runOnContext(_ -> watch());
        return true;
    }

    /** The proxy could not bring a stream to its machine: somebody else takes it over. */
    public void giveUp(StreamId id) {
        ReplayedStream stream = streams.remove(id);
        if (stream != null) {
            stream.machine().leave();
        }
    }

    /** Ends a stream that nobody will report on. */
    public void end(StreamId id, EndReason reason) {
        loops.control().runOnContext(_ -> close(id, reason));
    }

    /** An agent reports; empty if no such stream runs past this gateway, or no longer. */
    public Future<Optional<UsageAnswer>> report(StreamId id, UsageReport report) {
        return onControl(() -> {
            ReplayedStream stream = streams.get(id);
            if (stream == null) {
                return Optional.empty();
            }
            // It has committed itself: from now on it has the conversation's history.
            fleet.remember(session(stream.ticket()), stream.machine());
            UsageAnswer answer = stream.reported(report.totals(), report.model(), System.nanoTime());
            if (report.last()) {
                close(id, report.reason() == null ? EndReason.COMPLETED : report.reason());
            } else {
                updates.put(stream.update(), (_, extension) -> stream.answered(extension));
            }
            return Optional.of(answer);
        });
    }

    /** Somebody has stopped a stream: its agent is told with its next report. False if it does not run past this gateway. */
    public boolean stop(StreamId id) {
        ReplayedStream stream = streams.get(id);
        if (stream != null) {
            loops.control().runOnContext(_ -> stream.stop(EndReason.CANCELLED));
        }
        return stream != null;
    }

    /** Settles every stream as it stands: this process is leaving. */
    public void stopAll() {
        streams.keySet().forEach(id -> end(id, EndReason.DRAINING));
    }

    private static SessionKey session(TicketClaims ticket) {
        return new SessionKey(ticket.tenant(), ticket.account(), ticket.session());
    }

    private void watch() {
        if (!watching) {
            watching = true;
            vertx.setPeriodic(config.replay().look().toMillis(), _ -> look(System.nanoTime()));
        }
    }

    private void look(long nowNanos) {
        streams.forEach((id, stream) ->
                stream.overdue(nowNanos, gateway.times().stream()).ifPresent(reason -> close(id, reason)));
    }

    private void close(StreamId id, EndReason reason) {
        ReplayedStream stream = streams.remove(id);
        if (stream != null) {
            stream.machine().leave();
            updates.forget(id);
            settle(stream, reason);
        }
    }

    private void settle(ReplayedStream stream, EndReason reason) {
        var request = stream.settle(reason, InstantSource.system().instant());
        LOG.infof(
                "replayed stream ended stream=%s reason=%s",
                stream.ticket().stream(), request.reason().wire());
        settlement.settle(stream.ticket().stream(), request, _ -> {});
    }

    /** Asks on the control context, answers on the caller's. */
    private <T> Future<T> onControl(Supplier<T> task) {
        var context = vertx.getOrCreateContext();
        Promise<T> answer = Promise.promise();
        loops.control().runOnContext(_ -> {
            T result = task.get();
            context.runOnContext(_ -> answer.complete(result));
        });
        return answer.future();
    }
}
