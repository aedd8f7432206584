package io.weir.streams.sim;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.weir.contracts.holds.ClaimReply;
import io.weir.contracts.holds.SettleRequest;
import io.weir.contracts.holds.UpdateBatch;
import io.weir.contracts.id.StreamId;
import io.weir.contracts.stream.EndReason;
import io.weir.contracts.stream.UsageSource;
import io.weir.streams.life.ClaimOutcome;
import io.weir.streams.life.Producer;
import io.weir.streams.life.ProducerPorts;
import io.weir.streams.life.ProducerSetup;
import io.weir.streams.life.StreamLog;
import io.weir.streams.life.StreamState;
import io.weir.streams.run.Deltas;
import io.weir.streams.run.Run;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;

/** One stream in a gateway: the producer and the ports that connect it to the simulated world. */
final class LiveStream implements ProducerPorts {
    private static final Deltas.Place PLACE = new Deltas.Place("msg_1", 0, 0);
    private static final long PROMPT = 40;
    private static final int AGENT_SILENCE_MILLIS = 4000;
    private static final int SLOW_DISK_PER_MILLE = 100;
    private static final int DEATHS_WITH_A_SLOW_DISK_PER_MILLE = 700;

    /** The direct reader's connection, and where the caller hears that there is none. */
    interface Listener {
        /** In order; nothing if the connection has broken. */
        void run(Run run);

        /** The connection is closed without a terminal. */
        void abandoned();

        /** Another gateway has the stream, or nobody any more: read the relay's log. */
        void lost();
    }

    private final GatewayNode gateway;
    private final World world;
    private final Ticket ticket;
    private final Listener listener;
    private final Producer producer;
    private boolean unclaimed = true;
    private boolean agentClosed;
    private int frame;
    private long shownTokens;
    private long tokenizerFreeAt;
    private int terminals;
    private long journaledAt;

    LiveStream(GatewayNode gateway, Ticket ticket, Listener listener) {
        this.gateway = gateway;
        this.world = gateway.world;
        this.ticket = ticket;
        this.listener = listener;
        ProducerSetup setup = ProducerSetup.of(
                ticket.hold(), PROMPT, ticket.question().tokensPerSecond(), null, Instant.EPOCH, world.nanos());
        this.producer = new Producer(setup, ticket.question().bounds(), RelayNode.BODY, this);
    }

    StreamId id() {
        return ticket.hold().streamId();
    }

    Producer producer() {
        return producer;
    }

    Listener listener() {
        return listener;
    }

    boolean unclaimed() {
        return unclaimed;
    }

    void gone() {
        unclaimed = false;
    }

    ClaimOutcome claimed(ClaimReply reply, long leaseUntil) {
        unclaimed = false;
        ClaimOutcome outcome = producer.onClaimed(reply, leaseUntil, world.nanos());
        world.trace(() -> gateway + " claimed " + id() + " " + outcome);
        switch (outcome) {
            case ClaimOutcome.CallMachine _ -> {
                openLog();
                callMachine();
            }
            case ClaimOutcome.EndsAtOnce _ -> openLog();
            case ClaimOutcome.OwnedByAnother _ -> {}
        }
        return outcome;
    }

    void tick() {
        producer.tick(world.nanos());
    }

    // ---- the agent ----

    private void callMachine() {
        if (ticket.question().script().noMachine()) {
            world.after(50, gateway, () -> producer.stop(EndReason.NO_MACHINE, world.nanos()));
            return;
        }
        world.after(world.between(5, 200), gateway, () -> {
            if (!agentClosed) {
                producer.onEvent("response.created", _ -> Unpooled.EMPTY_BUFFER, world.nanos());
                nextFrame();
            }
        });
    }

    private void nextFrame() {
        Script script = ticket.question().script();
        boolean over = frame == script.deltas().size();
        int pause = over && script.reason() == EndReason.MACHINE_LOST ? AGENT_SILENCE_MILLIS : script.everyMillis();
        world.after(pause, gateway, () -> {
            if (agentClosed) {
                return;
            }
            if (over) {
                producer.onAgentEnd(script.reason(), script.usage(), world.nanos());
            } else {
                say(script.deltas().get(frame++));
                nextFrame();
            }
        });
    }

    private void say(List<String> deltas) {
        int[] ends = new int[deltas.size()];
        ByteBuf text = Unpooled.buffer();
        for (int i = 0; i < ends.length; i++) {
            text.writeCharSequence(deltas.get(i), StandardCharsets.UTF_8);
            ends[i] = text.readableBytes();
        }
        producer.onDeltas(StreamLog.OUTPUT_TEXT, PLACE, text.asReadOnly(), ends, world.nanos());
    }

    // ---- the log ----

    private void openLog() {
        if (!(producer.state() instanceof StreamState.Closed)) {
            long epoch = epoch();
            world.call(gateway, gateway.relay, () -> gateway.relay.open(id(), epoch), this::answered);
        }
    }

    private long epoch() {
        return producer.state().epoch();
    }

    private void answered(RelayNode.Frame frame) {
        long now = world.nanos();
        switch (frame) {
            case RelayNode.Frame.Opened(var head) -> producer.onRelayConnected(head, now);
            case RelayNode.Frame.Ack(var last) -> producer.onAppendAck(last, now);
            case RelayNode.Frame.Nack(var head) -> producer.onAppendNack(head, now);
            case RelayNode.Frame.Refused _ -> producer.onAppendRefused(now);
            case RelayNode.Frame.OpenFirst _ -> openLog();
        }
    }

    // ---- ports ----

    @Override
    public void toReader(Run run) {
        boolean lost = gateway.metering.book.view(id()).orElseThrow().lostByOwner();
        if (run instanceof Run.Terminal) {
            terminals++;
            boolean fenced =
                    gateway.relay.log(id()).map(StreamLog::endedByFence).orElse(false);
            check(terminals == 1, "two terminals for the direct reader of ");
            check(!(lost && fenced), "a terminal was shown after the fence of ");
        } else {
            check(!lost, "text was shown after the owner had lost ");
        }
        if (run instanceof Deltas deltas) {
            countShown(deltas);
        }
        listener.run(run);
    }

    private void countShown(Deltas deltas) {
        String text = deltas.text().toString(StandardCharsets.UTF_8);
        for (int i = 0; i < deltas.count(); i++) {
            shownTokens += Script.tokens(text.substring(i == 0 ? 0 : deltas.end(i - 1), deltas.end(i)));
        }
    }

    private void check(boolean right, String violation) {
        if (!right) {
            world.violation(violation + id());
        }
    }

    @Override
    public void abandonReader() {
        listener.abandoned();
    }

    @Override
    public void append(Run run) {
        leaves(run);
        long epoch = epoch();
        world.call(gateway, gateway.relay, () -> gateway.relay.append(id(), epoch, run), this::answered);
    }

    @Override
    public void count(ByteBuf text, int[] ends, boolean urgent) {
        String whole = text.toString(StandardCharsets.UTF_8);
        int[] tokens = new int[ends.length];
        for (int i = 0; i < ends.length; i++) {
            tokens[i] = Script.tokens(whole.substring(i == 0 ? 0 : ends[i - 1], ends[i]));
        }
        tokenizerFreeAt = Math.max(tokenizerFreeAt, world.now() + world.between(0, urgent ? 5 : 300));
        world.after(tokenizerFreeAt - world.now(), gateway, () -> producer.onCounted(tokens, world.nanos()));
    }

    @Override
    public void update(UpdateBatch.Update update) {
        gateway.update(List.of(update));
    }

    @Override
    public boolean fixed(SettleRequest request) {
        long forced = world.chance(SLOW_DISK_PER_MILLE) ? world.between(100, 3000) : world.between(0, 40);
        journaledAt = world.now() + forced;
        long patience = ticket.question().bounds().journalPatience().toMillis();
        if (forced > patience) {
            // The terminal leaves before it is on disk: only here a successor knows less than log and reader.
            world.mayDieBetween(patience, forced, DEATHS_WITH_A_SLOW_DISK_PER_MILLE, gateway);
        } else {
            world.mayDieWithin(forced + 20, gateway);
        }
        world.after(forced, gateway, () -> {
            gateway.journal(id(), request);
            producer.onFixed(world.nanos());
        });
        return gateway.variant == Variant.JOURNAL_NOT_AWAITED;
    }

    /** A disk that is slower than the gateway's patience: what leaves now, a successor may not know. */
    private void leaves(Run run) {
        if (run instanceof Run.Terminal && world.now() < journaledAt && gateway.variant == Variant.SOUND) {
            gateway.unknownToSuccessor.add(id());
        }
    }

    @Override
    public void settle(SettleRequest request) {
        world.trace(() -> gateway + " settles " + id() + " " + request.reason() + " " + request.totals());
        long affordable = ticket.hold().price().chargeMicro(request.totals());
        if (request.usageSource() == UsageSource.COUNTED) {
            check(request.totals().output() == shownTokens, "what was shown is not what was counted of ");
            check(affordable <= gateway.metering.book.view(id()).orElseThrow().grantedMicro(), "past the grant of ");
        }
        world.after(Math.max(0, journaledAt - world.now()), gateway, () -> gateway.settleUntilAnswered(id()));
    }

    @Override
    public void closeAgent() {
        check(!agentClosed, "the agent was closed twice of ");
        agentClosed = true;
    }

    @Override
    public void closed() {
        gateway.forget(id());
    }
}
