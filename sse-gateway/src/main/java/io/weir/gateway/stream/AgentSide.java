package io.weir.gateway.stream;

import io.netty.buffer.ByteBuf;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.weir.contracts.stream.EndReason;
import io.weir.contracts.ticket.TicketClaims;
import io.weir.gateway.config.AgentsConfig;
import io.weir.gateway.machines.Machine;
import io.weir.gateway.machines.SessionKey;
import io.weir.gateway.upstream.AgentCall;
import io.weir.gateway.upstream.AgentEnd;
import io.weir.gateway.upstream.AgentListener;
import io.weir.gateway.upstream.Question;
import io.weir.streams.life.Producer;
import io.weir.streams.run.Deltas.Place;
import io.weir.streams.run.ResponseJson;
import java.time.Duration;
import java.util.function.LongFunction;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** One open stream towards its agent: what is asked, and what the machine says, brought to the producer. Stream's loop. */
final class AgentSide implements Dispatch.Answer {
    private static final int AGENT_WORDS = 300;

    private final Neighbours near;
    private final Context context;
    private final TicketClaims ticket;
    private final AgentsConfig.Agent agent;
    private final ResponseJson canonical;
    private final TerminalWriter terminals;
    private final Supplier<Producer> producer;
    private final long startedNanos = System.nanoTime();
    private Buffer body = Buffer.buffer();
    private @Nullable Question asked; // once asked
    private long mostTokens;
    private boolean firstDelta;

    AgentSide(
            Neighbours near,
            Context context,
            TicketClaims ticket,
            AgentsConfig.Agent agent,
            ResponseJson canonical,
            TerminalWriter terminals,
            Supplier<Producer> producer) {
        this.near = near;
        this.context = context;
        this.ticket = ticket;
        this.agent = agent;
        this.canonical = canonical;
        this.terminals = terminals;
        this.producer = producer;
    }

    /** Whose conversation it is. */
    SessionKey session() {
        return new SessionKey(ticket.tenant(), ticket.account(), ticket.session());
    }

    /** What every machine will be asked, before the first one is called. */
    void ask(Question question, long maxOutputTokens) {
        asked = question;
        mostTokens = maxOutputTokens;
        body = near.requests()
                .body(agent.dialect(), question, model(), near.sessionKeys().of(session()), maxOutputTokens);
    }

    private String model() {
        return agent.upstreamModel().orElseGet(() -> switch (agent.dialect()) {
            case RESPONSES -> "openclaw";
            case CHAT_COMPLETIONS, ANTHROPIC -> ticket.agent().value();
            case TOKEN, CHUNK, NDJSON -> "";
        });
    }

    @Override
    public Future<Void> rebuild() {
        Question question = asked;
        if (question == null) {
            throw new IllegalStateException("nothing has been asked");
        }
        return near.history().before(ticket.stream(), session(), context).map(turns -> {
            ask(question.after(turns), mostTokens);
            return null;
        });
    }

    @Override
    public AgentCall call(Machine machine, AgentListener listener) {
        String key = near.sessionKeys().of(session());
        String path = agent.path().orElse(agent.dialect().path()).replace("{session}", key);
        var target = new AgentCall.Target(machine, agent.dialect(), path, key, body);
        return AgentCall.start(
                near.loops().of(context).agents(), target, ticket.stream(), canonical, near.config(), listener);
    }

    @Override
    public void event(String type, boolean commits, LongFunction<ByteBuf> json) {
        producer.get().onEvent(type, json, System.nanoTime());
    }

    @Override
    public void deltas(String type, Place place, ByteBuf text, int[] ends) {
        if (!firstDelta) {
            firstDelta = true;
            near.metrics().firstDelta(Duration.ofNanos(System.nanoTime() - startedNanos));
        }
        producer.get().onDeltas(type, place, text, ends, System.nanoTime());
    }

    @Override
    public void model(String model) {
        producer.get().onModel(model);
    }

    @Override
    public void end(AgentEnd end) {
        if (end instanceof AgentEnd.Said said) {
            terminals.said(new AgentEnd.Said(
                    said.reason(), said.totals(), said.output(), said.message().map(AgentSide::shortened)));
            producer.get().onAgentEnd(said.reason(), said.totals().orElse(null), System.nanoTime());
        }
    }

    @Override
    public void failed(EndReason reason, String message) {
        terminals.message(message);
        producer.get().onAgentEnd(reason, null, System.nanoTime());
    }

    private static String shortened(String words) {
        return words.length() <= AGENT_WORDS ? words : words.substring(0, AGENT_WORDS) + "…";
    }
}
