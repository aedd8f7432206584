package io.weir.edge.chat;

import io.netty.buffer.ByteBuf;
import io.weir.contracts.id.StreamId;
import io.weir.contracts.problem.ProblemType;
import io.weir.edge.answer.AnswerConfig;
import io.weir.edge.answer.Recipient;
import io.weir.edge.problems.ProblemException;
import io.weir.streams.outlet.Outlet;
import io.weir.streams.render.Renderer;
import io.weir.streams.run.Deltas;
import io.weir.streams.run.Run;
import java.util.function.Consumer;

/** One answer on a socket. Event loop of the socket only. */
final class SocketReader implements Recipient {
    private final Outlet outlet;
    private final Consumer<ProblemException> failed;
    private final Runnable left;
    private boolean ended;
    private boolean over;

    /**
     * A reader that has everything up to {@code cursor}.
     *
     * @param failed told why nothing more of the answer can be shown
     * @param left told once, when nothing more can be shown
     */
    SocketReader(
            SocketWire wire,
            StreamId stream,
            long cursor,
            AnswerConfig config,
            Consumer<ProblemException> failed,
            Runnable left) {
        this.failed = failed;
        this.left = left;
        this.outlet = new Outlet(
                Renderer.ofSocket(stream),
                wire,
                cursor,
                new Outlet.Limits(config.maxPendingBytes(), config.maxWriteBytes()),
                _ -> finished());
    }

    @Override
    public void run(Run run) {
        ended |= run instanceof Run.Terminal;
        outlet.offer(run);
    }

    @Override
    public void snapshot(Deltas text) {
        outlet.snapshot(text);
    }

    @Override
    public void weir(String type, ByteBuf json) {
        outlet.weir(type, json);
    }

    @Override
    public void refuse(ProblemException problem) {
        if (!over) {
            failed.accept(problem);
            leave();
        }
    }

    @Override
    public void cut() {
        refuse(new ProblemException(
                ProblemType.RELAY_UNAVAILABLE, "The answer cannot be read right now; resume it in a moment."));
    }

    /** The socket is gone, or wants no more of this answer. */
    void leave() {
        outlet.gone();
    }

    @Override
    public long cursor() {
        return outlet.cursor();
    }

    @Override
    public boolean ended() {
        return ended;
    }

    @Override
    public boolean over() {
        return over;
    }

    private void finished() {
        over = true;
        left.run();
    }
}
