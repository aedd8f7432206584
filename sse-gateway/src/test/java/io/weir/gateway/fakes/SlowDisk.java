package io.weir.gateway.fakes;

import io.weir.contracts.holds.SettleRequest;
import io.weir.contracts.stream.EndReason;
import io.weir.contracts.stream.Totals;
import io.weir.contracts.stream.UsageSource;
import io.weir.gateway.metering.Settlement;
import java.time.Instant;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** The gateway's journal writes nothing until the disk recovers: every ending stands still once its totals are fixed. */
public final class SlowDisk implements AutoCloseable {
    private static final SettleRequest ANY = new SettleRequest(
            1, Totals.ZERO, UsageSource.COUNTED, EndReason.CANCELLED, null, null, Instant.EPOCH, null, Instant.EPOCH);

    private final CountDownLatch recovered = new CountDownLatch(1);

    private SlowDisk() {}

    /** From now on. */
    public static SlowDisk of(Settlement settlement) {
        var disk = new SlowDisk();
        settlement.fixed(Tickets.stream(), ANY, disk::hang);
        Await.until("the disk hangs", () -> settlement.unwritten() == 0);
        return disk;
    }

    private void hang() {
        try {
            if (!recovered.await(20, TimeUnit.SECONDS)) {
                throw new AssertionError("the disk was never repaired");
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Everything that waits is written. */
    public void recover() {
        recovered.countDown();
    }

    @Override
    public void close() {
        recover();
    }
}
