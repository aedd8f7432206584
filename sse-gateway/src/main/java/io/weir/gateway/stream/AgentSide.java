package io.weir.gateway.stream;

import io.netty.buffer.ByteBuf;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.weir.contracts.stream.EndReason;
import io.weir.contracts.ticket.TicketClaims;
import io.weir.gateway.config.AgentDialect;
import io.weir.gateway.config.AgentsConfig;
import io.weir.gateway.machines.Machine;
import io.weir.gateway.machines.SessionKey;
import io.weir.gateway.upstream.AgentCall;
import io.weir.gateway.upstream.AgentEnd;
import io.weir.gateway.upstream.AgentListener;
import io.weir.gateway.upstream.Question;
import io.weir.streams.run.Deltas.Place;
import java.util.EnumMap;
import java.util.Map;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/** One open stream towards its agent: what is asked, and what the machine says, brought to the producer. Stream's loop. */
final class AgentSide implements Dispatch.Answer {
    private final Neighbours near;
    private final TicketClaims ticket;
    private final AgentsConfig.Agent agent;
    private final Told told;
    /** By what the machines speak that are called; a tree is printed once for each. */
    private final Map<AgentDialect, Buffer> bodies = new EnumMap<>(AgentDialect.class);

    private @Nullable Question asked; // once asked
    private long mostTokens;

    AgentSide(Neighbours near, TicketClaims ticket, AgentsConfig.Agent agent, Told told) {
        this.near = near;
        this.ticket = ticket;
        this.agent = agent;
        this.told = told;
    }

    /** Whose conversation it is. */
    SessionKey session() {
        return new SessionKey(ticket.tenant(), ticket.account(), ticket.session());
    }

    /** What every machine will be asked, before the first one is called. */
    void ask(Question question, long maxOutputTokens) {
        asked = question;
        mostTokens = maxOutputTokens;
        bodies.clear();
    }

    private Buffer body(AgentDialect dialect, String sessionKey) {
        return bodies.computeIfAbsent(
                dialect, d -> near.requests().body(d, question(), model(d), sessionKey, mostTokens));
    }

    private Question question() {
        Question question = asked;
        if (question == null) {
            throw new IllegalStateException("nothing has been asked");
        }
        return question;
    }

    private String model(AgentDialect dialect) {
        return agent.upstreamModel().orElseGet(() -> switch (dialect) {
            case RESPONSES -> "openclaw";
            case CHAT_COMPLETIONS, ANTHROPIC -> ticket.agent().value();
            case TOKEN, CHUNK, NDJSON -> "";
        });
    }

    @Override
    public Future<Void> rebuild() {
        Question question = question();
        return near.history().before(ticket.stream(), session(), told.context()).map(turns -> {
            ask(question.after(turns), mostTokens);
            return null;
        });
    }

    @Override
    public AgentCall call(Machine machine, AgentListener listener) {
        String key = near.sessionKeys().of(session());
        AgentDialect spoken = machine.dialect(agent);
        var target =
                new AgentCall.Target(machine, near.dial(), spoken, machine.path(agent, key), key, body(spoken, key));
        var home = new AgentCall.Home(told.context(), near.loops().of(told.context()), near.config());
        return AgentCall.start(home, target, ticket.stream(), told.canonical(), listener);
    }

    @Override
    public void event(String type, boolean commits, LongFunction<ByteBuf> json) {
        told.event(type, commits, json);
    }

    @Override
    public void deltas(String type, Place place, ByteBuf text, int[] ends) {
        told.deltas(type, place, text, ends);
    }

    @Override
    public void model(String model) {
        told.model(model);
    }

    @Override
    public void end(AgentEnd end) {
        told.end(end);
    }

    @Override
    public void failed(EndReason reason, String message) {
        told.failed(reason, message);
    }
}
