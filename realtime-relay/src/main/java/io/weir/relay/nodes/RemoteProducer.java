package io.weir.relay.nodes;

import io.weir.contracts.id.StreamId;
import io.weir.relay.log.Input;
import io.weir.relay.log.InputAnswer;
import io.weir.relay.log.ProducerLink;
import java.util.function.Consumer;

/** The way to the gateway of a stream that another node writes: over that node. */
final class RemoteProducer implements ProducerLink {
    private final SharedStream stream;
    private final Leases leases;
    private final Asking asking;

    RemoteProducer(SharedStream stream, Leases leases, Asking asking) {
        this.stream = stream;
        this.leases = leases;
        this.asking = asking;
    }

    @Override
    public void cancel(StreamId id, String by) {
        send(new BusFrame.Cancel(id, by));
    }

    @Override
    public void watchers(StreamId id, int count) {
        send(new BusFrame.Watchers(id, count));
    }

    @Override
    public void input(StreamId id, Input input, Consumer<InputAnswer> answer) {
        asking.ask(id, input, answer, this::send);
    }

    private void send(BusFrame frame) {
        stream.line().loop().run(() -> stream.line().send(frame));
    }

    @Override
    public void acknowledge(StreamId id, long last) {
        // The node that writes it does.
    }

    @Override
    public boolean isHeard() {
        return leases.mayBeAlive(stream.writer());
    }
}
