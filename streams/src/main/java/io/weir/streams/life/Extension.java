package io.weir.streams.life;

import io.weir.contracts.holds.UpdateReply;

/** When a stream asks for more credit, and what it knows of the account. */
final class Extension {
    private final ProducerSetup setup;
    private final ProducerBounds bounds;
    private final OutputMeter meter;
    private final long lowTokens;
    private boolean refused;
    private boolean asking;
    private boolean everAsked;
    private boolean starved;
    private boolean grew;
    private long askedAt;
    private long starvedAt;
    private long availableMicro;

    Extension(ProducerSetup setup, ProducerBounds bounds, OutputMeter meter) {
        this.setup = setup;
        this.bounds = bounds;
        this.meter = meter;
        this.lowTokens = bounds.extendBelow().toSeconds() * setup.tokensPerSecond();
        this.refused = setup.last();
        this.availableMicro = setup.availableMicro();
    }

    /** True if an extension is to be asked for now; takes note that it is. */
    boolean due(long now) {
        boolean early = everAsked && now - askedAt < bounds.retry().toNanos();
        boolean wanted = early ? starved && grew : starved || meter.below(lowTokens);
        if (!wanted) {
            return false;
        }
        asking = true;
        grew = false;
        everAsked = true;
        askedAt = now;
        return true;
    }

    /** An update was answered. */
    void answered(boolean extend, UpdateReply.Extension answer, long now) {
        if (answer.grantedMicro() > meter.grantedMicro()) {
            grew = true;
            starved = false;
        }
        meter.grant(answer.grantedMicro());
        availableMicro = answer.availableMicro();
        if (extend) {
            asking = false;
            askedAt = now;
            refused = answer.last();
        }
    }

    /** Output is held back for want of credit. True if nothing more can be had. */
    boolean exhausted(long now) {
        if (!starved) {
            starved = true;
            starvedAt = now;
        }
        return refused && everAsked && !asking;
    }

    /** Nothing is held back any more. */
    void fed() {
        starved = false;
    }

    /** True if output has been held back for want of credit for too long. */
    boolean patienceEnded(long now) {
        return starved && now - starvedAt >= bounds.extensionPatience().toNanos();
    }

    /** True if metering's last word was that nothing more can be granted. */
    boolean refused() {
        return refused;
    }

    long availableMicro() {
        return availableMicro;
    }

    /** The smaller of the caller's limit and what the account could pay now. */
    long mostAffordable() {
        long micro = Math.addExact(meter.grantedMicro(), Math.max(0, availableMicro));
        long affordable = setup.price().affordableOutput(setup.promptTokens(), micro);
        Long limit = setup.maxOutputTokens();
        return limit == null ? affordable : Math.min(limit, affordable);
    }
}
