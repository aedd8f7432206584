package io.weir.gateway.stream;

import io.netty.buffer.ByteBuf;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.weir.contracts.problem.ProblemType;
import io.weir.contracts.stream.EndReason;
import io.weir.gateway.config.AgentsConfig;
import io.weir.gateway.machines.Choice;
import io.weir.gateway.machines.Machine;
import io.weir.gateway.machines.Wish;
import io.weir.gateway.upstream.AgentCall;
import io.weir.gateway.upstream.AgentEnd;
import io.weir.gateway.upstream.AgentListener;
import io.weir.streams.run.Deltas.Place;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongFunction;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Finds a machine that answers. What an agent says before it has committed itself (its first delta, or an item that is no
 * message) is held back, so that another machine may still be asked without the caller noticing.
 *
 * <pre>
 *   Choosing ── none ──────────────► end(no_machine)      Choosing ── history elsewhere ──► end(machine_lost)
 *      │  ▲
 *      ▼  │ refused; or failed, lost: only where the agent is idempotent
 *   Asking ─────────────────────────► end(agent_error | machine_lost)
 *      │ commits, or ends well
 *   Answering ──────────────────────► end(as the agent says | machine_lost)
 * </pre>
 */
final class Dispatch implements AgentListener {
    private static final Logger LOG = Logger.getLogger(Dispatch.class);
    /** An agent that says this much before its first delta has committed itself, too. */
    private static final int MAX_HELD = 64;

    private static final int SERVER_ERROR = 500;
    private static final String LOST_EARLY = "The agent machine was lost before it answered.";
    private static final String LOST_LATE = "The agent machine was lost in the middle of its answer.";
    private static final String HISTORY_AWAY = "The machine that remembers this conversation is not available.";
    private static final String HISTORY_UNREAD =
            "The machine that remembers this conversation is not available, and its messages cannot be read right now.";
    private static final String REFUSED = "The agent refused the request.";

    private final Neighbours near;
    private final Answer answer;
    private final Request request;
    private final Set<Machine> tried = new HashSet<>();
    private final List<Runnable> held = new ArrayList<>();
    private @Nullable Machine machine; // while one is asked
    private @Nullable AgentCall call; // while one is asked
    private boolean committed;
    private boolean over;
    private boolean rebuilt;

    /** Gets what the chosen machine says. */
    interface Answer extends AgentListener {
        /** Puts the conversation's history into what will be asked. Completes on the stream's loop. */
        Future<Void> rebuild();

        /** Starts a call on the stream's loop. */
        AgentCall call(Machine machine, AgentListener listener);

        /** No machine will answer, or the one that did is gone. */
        void failed(EndReason reason, String message);
    }

    /**
     * For whom, and from whom.
     *
     * @param stream for the log
     * @param agent the agent's configuration
     * @param wish which machine will do
     */
    record Request(String stream, AgentsConfig.Agent agent, Wish wish) {}

    Dispatch(Neighbours near, Request request, Answer answer) {
        this.near = near;
        this.request = request;
        this.answer = answer;
    }

    /** Asks the first machine, as soon as it is known where the conversation has been. */
    void start(Context context) {
        CompletableFuture<Void> known =
                near.fleet().recall(request.wish().session()).toCompletableFuture();
        if (known.isDone()) {
            next();
        } else {
            var _ = known.thenRun(() -> context.runOnContext(_ -> {
                if (!over) {
                    next();
                }
            }));
        }
    }

    /** Closes the agent's socket at once. */
    void cancel() {
        over = true;
        leave();
    }

    void tick(long nowNanos) {
        if (call != null) {
            call.tick(nowNanos);
        }
    }

    @Override
    public void event(String type, boolean commits, LongFunction<ByteBuf> json) {
        if (commits) {
            commit();
        }
        if (committed) {
            answer.event(type, commits, json);
            return;
        }
        held.add(() -> answer.event(type, false, json));
        if (held.size() >= MAX_HELD) {
            commit();
        }
    }

    @Override
    public void deltas(String type, Place place, ByteBuf text, int[] ends) {
        commit();
        answer.deltas(type, place, text, ends);
    }

    @Override
    public void model(String model) {
        answer.model(model);
    }

    @Override
    public void end(AgentEnd end) {
        Machine asked = machine;
        leave();
        if (over || asked == null) {
            return;
        }
        switch (end) {
            case AgentEnd.Said said when committed || said.reason() != EndReason.AGENT_ERROR -> finish(asked, said);
            case AgentEnd.Said said -> retry(asked, "agent error").ifPresent(_ -> finish(asked, said));
            case AgentEnd.Refused(var why) -> {
                near.fleet().refused(asked, why);
                log(asked, why);
                next();
            }
            case AgentEnd.Failed(var status) -> failed(asked, status);
            case AgentEnd.Lost(var why) -> lost(asked, why);
        }
    }

    private void finish(Machine asked, AgentEnd.Said said) {
        if (said.reason() != EndReason.AGENT_ERROR) {
            near.fleet().worked(asked);
        }
        commitTo(asked);
        answer.end(withoutSecret(asked, said));
    }

    /** An agent that complains of its own key may repeat it. */
    private static AgentEnd.Said withoutSecret(Machine asked, AgentEnd.Said said) {
        Optional<String> message = said.message()
                .map(words ->
                        asked.secret().map(secret -> words.replace(secret, "…")).orElse(words));
        return new AgentEnd.Said(said.reason(), said.totals(), said.output(), message);
    }

    private void failed(Machine asked, int status) {
        if (status >= SERVER_ERROR) {
            near.fleet().failed(asked, "status " + status);
            retry(asked, "status " + status).ifPresent(_ -> answer.failed(EndReason.AGENT_ERROR, REFUSED));
        } else {
            log(asked, "status " + status);
            answer.failed(EndReason.AGENT_ERROR, REFUSED);
        }
    }

    private void lost(Machine asked, String why) {
        near.fleet().failed(asked, why);
        if (committed) {
            log(asked, why);
            answer.failed(EndReason.MACHINE_LOST, LOST_LATE);
        } else {
            retry(asked, why).ifPresent(_ -> answer.failed(EndReason.MACHINE_LOST, LOST_EARLY));
        }
    }

    /** Asks another machine if the agent may be asked twice; otherwise returns the machine that failed. */
    private Optional<Machine> retry(Machine asked, String why) {
        log(asked, why);
        if (!request.agent().idempotent()
                || tried.size() >= near.config().upstream().attempts()) {
            return Optional.of(asked);
        }
        next();
        return Optional.empty();
    }

    private void next() {
        held.clear();
        if (tried.size() >= near.config().upstream().attempts()) {
            noMachine();
            return;
        }
        switch (near.fleet().choose(request.wish(), tried)) {
            case Choice.Use use when use.moved() && request.wish().stateless() && !rebuilt -> rebuild(use.machine());
            case Choice.Use use -> ask(use.machine());
            case Choice.None _ -> noMachine();
            case Choice.Bound _ -> answer.failed(EndReason.MACHINE_LOST, HISTORY_AWAY);
        }
    }

    /** The machine does not know the conversation: it gets what was said so far. */
    private void rebuild(Machine chosen) {
        answer.rebuild().onComplete(done -> {
            if (over) {
                return;
            }
            if (done.failed()) {
                LOG.warnf(
                        "history not read stream=%s reason=%s",
                        request.stream(), done.cause().getMessage());
                answer.failed(EndReason.MACHINE_LOST, HISTORY_UNREAD);
                return;
            }
            rebuilt = true;
            ask(chosen);
        });
    }

    private void noMachine() {
        answer.failed(EndReason.NO_MACHINE, ProblemType.NO_MACHINE.title());
    }

    private void ask(Machine chosen) {
        if (!tried.isEmpty()) {
            near.metrics().failover();
        }
        tried.add(chosen);
        chosen.enter();
        machine = chosen;
        AgentCall started = answer.call(chosen, this);
        if (chosen == machine) { // else it has failed on the spot, and another one is being asked
            call = started;
        }
    }

    private void commit() {
        Machine asked = machine;
        if (asked != null) {
            commitTo(asked);
        }
    }

    private void commitTo(Machine asked) {
        if (!committed) {
            committed = true;
            near.fleet().remember(request.wish().session(), asked);
            held.forEach(Runnable::run);
            held.clear();
        }
    }

    private void leave() {
        Machine asked = machine;
        AgentCall open = call;
        machine = null;
        call = null;
        if (asked != null) {
            asked.leave();
        }
        if (open != null) {
            open.cancel();
        }
    }

    private void log(Machine asked, String why) {
        LOG.warnf(
                "agent machine gave up stream=%s machine=%s attempt=%d reason=%s",
                request.stream(), asked, tried.size(), why);
    }
}
