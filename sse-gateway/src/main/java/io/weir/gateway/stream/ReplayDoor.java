package io.weir.gateway.stream;

import io.vertx.core.buffer.Buffer;
import io.weir.contracts.id.StreamId;
import io.weir.contracts.problem.ProblemType;
import io.weir.contracts.stream.EndReason;
import io.weir.contracts.ticket.TicketClaims;
import io.weir.gateway.config.AgentsConfig;
import io.weir.gateway.machines.Fleet;
import io.weir.gateway.machines.Machine;
import io.weir.gateway.metering.Claim;
import io.weir.gateway.metering.Claims;
import io.weir.gateway.route.ReplayAnswers;
import io.weir.gateway.route.ReplayedStreams;
import io.weir.gateway.route.Replays;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Optional;
import java.util.function.Consumer;

/** Handed-off callers whose streams run past this gateway: sent away by Fly's proxy, and those whom it brings back. */
@ApplicationScoped
class ReplayDoor {
    private static final int TEMPORARY_REDIRECT = 307;

    private final Replays replays;
    private final ReplayedStreams streams;
    private final Claims claims;
    private final Fleet fleet;

    ReplayDoor(Replays replays, ReplayedStreams streams, Claims claims, Fleet fleet) {
        this.replays = replays;
        this.streams = streams;
        this.claims = claims;
        this.fleet = fleet;
    }

    /**
     * Deals with a caller whose stream was sent away before. False if the stream may be opened here: it was not sent away, or
     * the proxy could not bring it to its machine and another one may be asked.
     */
    boolean keepsOut(Visitor visitor, AgentsConfig.Agent agent) {
        TicketClaims ticket = visitor.ticket();
        Optional<Machine> machine = streams.machine(ticket.stream());
        if (machine.isEmpty()) {
            return false;
        }
        if (!Replays.failed(visitor.request())) {
            visitor.refuse(ProblemType.CONFLICT, "The stream runs past this gateway and cannot be read here.");
            return true;
        }
        fleet.refused(machine.get(), "replay failed");
        if (Replays.mayHaveBegun(visitor.request()) && !agent.idempotent()) {
            streams.end(ticket.stream(), EndReason.MACHINE_LOST);
            visitor.refuse(ProblemType.AGENT_REFUSED, "The agent machine was lost before it answered.");
            return true;
        }
        streams.giveUp(ticket.stream());
        return false;
    }

    /** True if the stream may be brought to this machine by the proxy. */
    boolean takes(Visitor visitor, AgentsConfig.Agent agent, Machine machine, int bodyBytes) {
        return visitor.handedOff()
                && replays.takes(visitor.request(), visitor.ticket(), machine.dialect(agent), bodyBytes);
    }

    /**
     * Claims the stream and has the proxy bring the request to a machine.
     *
     * @param notOurs told a claim that was not won
     */
    void send(Visitor visitor, AgentsConfig.Agent agent, Machine machine, Consumer<Claim> notOurs) {
        TicketClaims ticket = visitor.ticket();
        Runnable delayed = () -> notOurs.accept(new Claim.Unavailable());
        claims.claim(ticket.stream(), delayed).onSuccess(claim -> {
            boolean gone = visitor.response().ended() || visitor.response().closed();
            if (!(claim instanceof Claim.Won won)) {
                notOurs.accept(claim);
            } else if (!streams.begin(ticket, machine, won)) {
                visitor.refuse(ProblemType.CONFLICT, "The stream was stopped before it began.");
            } else if (gone) {
                streams.end(ticket.stream(), EndReason.METERING_UNAVAILABLE);
            } else {
                visitor.response()
                        .setStatusCode(TEMPORARY_REDIRECT)
                        .putHeader("Content-Type", ReplayAnswers.MEDIA_TYPE)
                        .putHeader("Cache-Control", "no-store")
                        .putHeader(StreamId.HEADER, ticket.stream().toString())
                        .end(Buffer.buffer(replays.answer(ticket, agent, machine)));
            }
        });
    }
}
