package io.weir.streams.sim;

import io.weir.contracts.holds.CancelRequest;
import io.weir.contracts.holds.ReserveReply;
import io.weir.contracts.holds.ReserveRequest;
import io.weir.contracts.id.AccountId;
import io.weir.contracts.id.AgentName;
import io.weir.contracts.id.SessionId;
import io.weir.contracts.id.StreamId;
import io.weir.contracts.stream.EndReason;
import io.weir.streams.life.HoldAnswer;
import io.weir.streams.run.Run;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Somebody who asks one question through the edge, reads the answer, and may press stop; and a second viewer who follows
 * through the relay.
 */
final class Person {
    private static final int TRIES = 4;
    private static final int HOLD_LIFE_SECONDS = 10;
    /** The gateway's next batch tells it. */
    private static final int UNHEARD_STOP_MILLIS = 6000;

    private final Stack stack;
    private final World world;
    private final AccountId account;
    private final String key;
    private final Question question;
    private final boolean twice;
    /** A stop of this person reaches metering and nobody else. */
    private final boolean unheard;

    private int tries;
    private boolean waiting = true;
    private boolean gaveUp;
    private @Nullable StreamId stream; // not reserved yet
    private @Nullable Reader direct; // nothing to read yet
    private @Nullable Reader viewer; // nothing to read yet

    /** What a person asks is decided by the seed. */
    Person(Stack stack, AccountId account, int number, Question question) {
        this.stack = stack;
        this.world = stack.world;
        this.account = account;
        this.key = "key-" + number;
        this.question = question;
        this.twice = world.chance(100);
        this.unheard = world.chance(300);
    }

    Optional<StreamId> stream() {
        return Optional.ofNullable(stream);
    }

    Script script() {
        return question.script();
    }

    @Nullable
    Reader direct() {
        return direct;
    }

    @Nullable
    Reader viewer() {
        return viewer;
    }

    boolean done() {
        boolean read = (direct == null || direct.done()) && (viewer == null || viewer.done());
        return gaveUp || (!waiting && read);
    }

    /** Sends the question; again with the same key if no answer comes. */
    void ask() {
        if (!waiting) {
            return;
        }
        if (tries++ == TRIES) {
            gaveUp = true;
            waiting = false;
            return;
        }
        StreamId id = new StreamId(new UUID(0x7000, (world.random.nextLong() & 0x3FFFFFFFFFFFFFFFL) | Long.MIN_VALUE));
        ReserveRequest request = new ReserveRequest(
                id,
                account,
                new SessionId("s"),
                new AgentName("demo"),
                40,
                null,
                2,
                key,
                false,
                "hash",
                false,
                HOLD_LIFE_SECONDS);
        world.call(
                stack.edge,
                stack.metering,
                () -> stack.metering.book.reserve(
                        request, Stack.PRICE, question.tokensPerSecond(), 10_000, world.now()),
                this::reserved);
        world.fate(2000, this::ask);
    }

    private void reserved(HoldAnswer.Reserve answer) {
        if (!waiting) {
            return;
        }
        waiting = false;
        world.trace(() -> key + " " + answer);
        switch (answer) {
            case HoldAnswer.Reserve.Held(var reply) -> dispatch(reply);
            case HoldAnswer.Reserve.Known(var reply) -> {
                // The first try's answer was lost: its stream may never start, then its hold is released.
                stream = reply.streamId();
                direct = new Reader(stack, reply.streamId(), script().whole());
                direct.resume();
            }
            case HoldAnswer.Reserve.TooManyOpen _, HoldAnswer.Reserve.NotEnoughCredit _ -> gaveUp = true;
            case HoldAnswer.Reserve.KeyReused _, HoldAnswer.Reserve.StreamExists _ ->
                world.violation("own key refused");
        }
    }

    private void dispatch(ReserveReply reply) {
        stream = reply.streamId();
        Ticket ticket = new Ticket(reply, question);
        Reader reader = new Reader(stack, reply.streamId(), script().whole());
        direct = reader;
        post(ticket, stack.gateway(0), reader);
        if (twice) {
            post(ticket, stack.gateway(1), null);
        }
        // Refused or lost: the edge gives the credits back, or finds the stream open and reads it.
        world.fate(3000, () -> {
            if (!reader.heard()) {
                world.call(stack.edge, stack.metering, () -> stack.metering.book.release(reply.streamId()), _ -> {});
                reader.resume();
            }
        });
        world.fate(world.between(100, 5000), () -> {
            Reader second = new Reader(stack, reply.streamId(), script().whole());
            viewer = second;
            second.follow();
        });
    }

    private void post(Ticket ticket, GatewayNode gateway, @Nullable Reader reader) {
        world.send(stack.edge, gateway, () -> {
            if (gateway.has(ticket.hold().streamId())) {
                return;
            }
            Pipe pipe = new Pipe(world, gateway, stack.edge, () -> {
                if (reader != null) {
                    reader.resume();
                }
            });
            gateway.dispatch(ticket, new LiveStream.Listener() {
                @Override
                public void run(Run run) {
                    if (reader != null) {
                        pipe.send(() -> reader.direct(run));
                    }
                }

                @Override
                public void abandoned() {
                    pipe.close();
                }

                @Override
                public void lost() {
                    pipe.close();
                }
            });
            if (reader != null) {
                pipe.send(reader::connected);
            }
        });
    }

    /** Presses stop until told that it is over. */
    void stop(int times) {
        StreamId id = stream;
        if (times == 0 || id == null) {
            return;
        }
        world.call(
                stack.edge,
                stack.metering,
                () -> stack.metering.book.cancel(id, new CancelRequest(account)),
                answer -> stopAtOwner(id, answer));
        for (GatewayNode gateway : unheard ? List.<GatewayNode>of() : stack.gateways) {
            // The same stop over the append connections.
            world.send(stack.relay, gateway, () -> gateway.stop(id, EndReason.CANCELLED));
        }
        world.fate(1000, () -> stop(times - 1));
    }

    private void stopAtOwner(StreamId id, HoldAnswer.Cancel answer) {
        if (answer instanceof HoldAnswer.Cancel.Answered(var reply) && reply.open() && unheard) {
            world.fate(UNHEARD_STOP_MILLIS, () -> {
                if (stack.faultless && stack.gateways.stream().anyMatch(gateway -> gateway.shows(id))) {
                    world.violation("a stored stop was not heard of " + id);
                }
            });
        } else if (answer instanceof HoldAnswer.Cancel.Answered(var reply) && reply.open() && reply.address() != null) {
            GatewayNode owner = reply.address().endsWith("g1") ? stack.gateway(1) : stack.gateway(0);
            world.send(stack.edge, owner, () -> owner.stop(id, EndReason.CANCELLED));
        }
    }
}
