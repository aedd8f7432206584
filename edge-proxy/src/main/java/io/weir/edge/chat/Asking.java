package io.weir.edge.chat;

import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
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
import io.weir.edge.handoff.Handoff;
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
    private final Handoff handoff;
    private final AdmissionConfig admission;
    private final InstantSource clock;
    private final RandomGenerator random = new SecureRandom();

    Asking(
            Agents agents,
            Holds holds,
            Answers answers,
            Starts starts,
            Handoff handoff,
            AdmissionConfig admission,
            InstantSource clock) {
        this.agents = agents;
        this.holds = holds;
        this.answers = answers;
        this.starts = starts;
        this.handoff = handoff;
        this.admission = admission;
        this.clock = clock;
    }

    /** What a question has led to. */
    sealed interface Opening {
        /** Which stream it is. */
        StreamId stream();

        /** Credits are held for a stream that nobody has started yet. */
        record Reserved(TicketClaims claims, Buffer body) implements Opening {
            @Override
            public StreamId stream() {
                return claims.stream();
            }
        }

        /** The key stands for a stream that was started before. */
        record Known(StreamId stream) implements Opening {}
    }

    private record Asked(Caller caller, Question question, AgentName agent, Key key) {
        /** The conversation; one of its own where the caller named none. */
        SessionId session(StreamId stream) {
            SessionId named = question.session();
            return named == null ? new SessionId(stream.responseId()) : named;
        }
    }

    /** Holds credits for a question, or finds the stream that it was asked with before. Fails with a problem. */
    Future<Opening> open(Caller caller, Question question, Key key) {
        return agent(caller, question)
                .compose(agent -> open(new Asked(caller, question, agent, key), HOLD_LIFE_SECONDS));
    }

    /** Who answers. What is wrong with the choice fails the future, as everything does on the way to an answer. */
    private Future<AgentName> agent(Caller caller, Question question) {
        return Future.succeededFuture().map(_ -> agents.choose(question.agent(), caller.roles()));
    }

    private Future<Opening> open(Asked asked, int lifeSeconds) {
        return holds.reserve(reserve(asked, StreamId.next(clock, random), lifeSeconds))
                .map(reservation -> switch (reservation) {
                    case Reservation.Held(var reply) ->
                        new Opening.Reserved(
                                claims(asked, reply), asked.question().request());
                    case Reservation.Known(var stream) -> new Opening.Known(stream);
                });
    }

    /**
     * Holds credits and shows the answer, or sends the caller to the gateway that will. Fails with a problem while no answer
     * has begun.
     *
     * @param sentSha256 hash of the body as the caller has sent it, lower-case hex
     */
    Future<Void> ask(RoutingContext context, Caller caller, Question question, Key key, String sentSha256) {
        return agent(caller, question)
                .compose(agent -> show(context, new Asked(caller, question, agent, key), sentSha256));
    }

    private Future<Void> show(RoutingContext context, Asked asked, String sentSha256) {
        Endpoint endpoint = asked.question().endpoint();
        Presentation presentation = Presentation.of(
                        context.request(), endpoint.dialect(), asked.agent().value(), endpoint.early())
                .with(asked.question().extent());
        long after = Answers.after(context);
        boolean handsOff = handoff.takes(presentation);
        int life = handsOff ? handoff.lifeSeconds() : HOLD_LIFE_SECONDS;
        return open(asked, life).map(opening -> {
            switch (opening) {
                case Opening.Reserved reserved
                when handsOff -> handoff.send(context, reserved.claims().forBody(sentSha256));
                case Opening.Reserved(var claims, var body) ->
                    answers.start(context, asked.caller(), presentation, claims, body.getBytes());
                case Opening.Known(var stream) -> answers.attach(context, asked.caller(), presentation, stream, after);
            }
            return null;
        });
    }

    /** Holds credits and starts the answer without showing it; which stream it is. Fails with a problem. */
    Future<StreamId> start(Caller caller, Question question, Key key) {
        return open(caller, question, key)
                .compose(opening -> switch (opening) {
                    case Opening.Reserved(var claims, var body) ->
                        answers.begin(caller, claims, body.getBytes()).map(claims.stream());
                    case Opening.Known(var stream) -> Future.succeededFuture(stream);
                })
                .onSuccess(stream -> starts.started(caller.payer(), stream));
    }

    private ReserveRequest reserve(Asked asked, StreamId stream, int lifeSeconds) {
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
                lifeSeconds,
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
