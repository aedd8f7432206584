package io.weir.edge.chat;

import io.vertx.core.Future;
import io.vertx.ext.web.RoutingContext;
import io.weir.contracts.holds.ReserveReply;
import io.weir.contracts.holds.ReserveRequest;
import io.weir.contracts.id.AgentName;
import io.weir.contracts.id.SessionId;
import io.weir.contracts.id.StreamId;
import io.weir.contracts.ticket.TicketClaims;
import io.weir.edge.admission.AdmissionConfig;
import io.weir.edge.agents.Agents;
import io.weir.edge.answer.Answers;
import io.weir.edge.answer.Presentation;
import io.weir.edge.answer.Starts;
import io.weir.edge.holds.Holds;
import io.weir.edge.holds.Reservation;
import io.weir.edge.identity.Caller;
import jakarta.inject.Singleton;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.random.RandomGenerator;

/** From a question to an answer: agent, key, reserve, and then a new stream or the one that the key stands for. */
@Singleton
final class Asking {
    /** How long a hold waits for the gateway's claim before it ends by itself. */
    private static final int HOLD_LIFE_SECONDS = 10;

    private final Agents agents;
    private final Holds holds;
    private final Answers answers;
    private final Starts starts;
    private final AdmissionConfig admission;
    private final InstantSource clock;
    private final RandomGenerator random = new SecureRandom();

    Asking(Agents agents, Holds holds, Answers answers, Starts starts, AdmissionConfig admission, InstantSource clock) {
        this.agents = agents;
        this.holds = holds;
        this.answers = answers;
        this.starts = starts;
        this.admission = admission;
        this.clock = clock;
    }

    private record Asked(Caller caller, Question question, AgentName agent, Key key) {
        /** The conversation; one of its own where the caller named none. */
        SessionId session(StreamId stream) {
            SessionId named = question.session();
            return named == null ? new SessionId(stream.responseId()) : named;
        }
    }

    /** Holds credits and shows the answer. Fails with a problem while no answer has begun. */
    Future<Void> ask(RoutingContext context, Caller caller, Question question, Key key) {
        AgentName agent = agents.choose(question.agent(), caller.roles());
        Presentation presentation = Presentation.of(
                        context.request(),
                        question.endpoint().dialect(),
                        agent.value(),
                        question.endpoint().early())
                .with(question.extent());
        long after = Answers.after(context);
        StreamId stream = StreamId.next(clock, random);
        var asked = new Asked(caller, question, agent, key);
        return holds.reserve(reserve(asked, stream)).map(reservation -> {
            show(context, presentation, asked, reservation, after);
            return null;
        });
    }

    /** Holds credits and starts the answer without showing it; which stream it is. Fails with a problem. */
    Future<StreamId> start(Caller caller, Question question, Key key) {
        AgentName agent = agents.choose(question.agent(), caller.roles());
        var asked = new Asked(caller, question, agent, key);
        return holds.reserve(reserve(asked, StreamId.next(clock, random)))
                .compose(reservation -> switch (reservation) {
                    case Reservation.Held(var reply) ->
                        answers.begin(
                                        caller,
                                        claims(asked, reply),
                                        question.request().getBytes())
                                .map(reply.streamId());
                    case Reservation.Known(var stream) -> Future.succeededFuture(stream);
                })
                .onSuccess(stream -> starts.started(caller.payer(), stream));
    }

    private void show(
            RoutingContext context, Presentation presentation, Asked asked, Reservation reservation, long after) {
        switch (reservation) {
            case Reservation.Held(var reply) ->
                answers.start(
                        context,
                        asked.caller(),
                        presentation,
                        claims(asked, reply),
                        asked.question().request().getBytes());
            case Reservation.Known(var stream) -> answers.attach(context, asked.caller(), presentation, stream, after);
        }
    }

    private ReserveRequest reserve(Asked asked, StreamId stream) {
        return new ReserveRequest(
                stream,
                asked.caller().payer(),
                asked.session(stream),
                asked.agent(),
                asked.question().promptTokens(),
                asked.question().maxOutputTokens(),
                admission.maxStreamsPerAccount(),
                asked.key().value(),
                asked.key().untilEnd(),
                asked.key().bodyHash(),
                false,
                HOLD_LIFE_SECONDS,
                asked.caller().keyId());
    }

    private static TicketClaims claims(Asked asked, ReserveReply reply) {
        SessionId session = asked.session(reply.streamId());
        return new TicketClaims(
                reply.streamId(),
                asked.caller().tenant(),
                asked.caller().account(),
                session,
                asked.agent(),
                "session:" + session,
                "session",
                asked.question().endpoint().dialect().wire(),
                asked.question().maxOutputTokens(),
                asked.question().requestSha256(),
                reply);
    }
}
