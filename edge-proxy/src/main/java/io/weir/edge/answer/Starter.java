package io.weir.edge.answer;

import io.netty.buffer.ByteBuf;
import io.vertx.core.Promise;
import io.weir.edge.problems.ProblemException;
import io.weir.streams.run.Deltas;
import io.weir.streams.run.Run;

/**
 * Waits until a stream has begun and reads no further: its readers come by themselves. The first sign of life from gateway
 * or log is enough, because a gateway answers once it has claimed the stream. Event loop of the request only.
 */
final class Starter implements Recipient {
    private final Promise<Void> begun;
    private final Runnable left;
    private boolean over;

    /**
     * Waits.
     *
     * @param begun completed when the stream has begun, failed with a problem when it has not
     * @param left told once, when nothing more is wanted
     */
    Starter(Promise<Void> begun, Runnable left) {
        this.begun = begun;
        this.left = left;
    }

    @Override
    public void comment() {
        done();
    }

    @Override
    public void run(Run run) {
        done();
    }

    @Override
    public void snapshot(Deltas text) {
        done();
    }

    @Override
    public void weir(String type, ByteBuf json) {
        done();
    }

    @Override
    public void refuse(ProblemException problem) {
        if (!over) {
            over = true;
            begun.tryFail(problem);
            left.run();
        }
    }

    @Override
    public void cut() {
        done();
    }

    private void done() {
        if (!over) {
            over = true;
            begun.tryComplete();
            left.run();
        }
    }

    @Override
    public long cursor() {
        return 0;
    }

    @Override
    public boolean ended() {
        return false;
    }

    @Override
    public boolean over() {
        return over;
    }
}
