package io.weir.edge.admission;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.time.Duration;

/** What is let in. */
@ConfigMapping(prefix = "weir.edge.admission")
public interface AdmissionConfig {
    /** Open streams per account; checked by metering with the credit. At the bound: 429. */
    @Min(1)
    @WithDefault("8")
    int maxStreamsPerAccount();

    /** Largest request body, in bytes. A larger one: 413. */
    @Min(1024)
    @WithDefault("20971520")
    int maxBodyBytes();

    /** Bytes of all request bodies that are read or worked on at a time. Beyond it: 503 with {@code Retry-After}. */
    @Min(1024)
    @WithDefault("134217728")
    long maxHeldBytes();

    /** How long a request body may take to arrive. Then: 400, and the connection is closed. */
    @WithDefault("60s")
    Duration bodyWithin();

    /**
     * Requests that start a stream, per account and second, in the long run. Beyond it: 429. Each edge process counts for
     * itself.
     */
    @Min(1)
    @WithDefault("10")
    int startsPerSecond();

    /** Requests that start a stream which an account may send at once after a pause. */
    @Min(1)
    @WithDefault("100")
    int burst();

    /**
     * Accounts that are remembered. For one more, one whose bucket is full is forgotten, or the one that started least
     * recently, which then has its burst again.
     */
    @Min(1)
    @WithDefault("100000")
    int rememberedAccounts();

    /**
     * Requests that start a stream, per address (IPv6: per /64) and second, in the long run; counted before anybody asks
     * who it is. Beyond it: 429. Each edge process counts for itself.
     */
    @Min(1)
    @WithDefault("200")
    int startsPerSecondPerAddress();

    /** Requests that start a stream which an address may send at once after a pause. */
    @Min(1)
    @WithDefault("2000")
    int burstPerAddress();

    /** Addresses that are remembered; beyond it as with {@link #rememberedAccounts}. */
    @Min(1)
    @WithDefault("100000")
    int rememberedAddresses();

    /**
     * Answers that this process works on or shows at a time. At it: 503 with {@code Retry-After}, before any credit is
     * touched.
     */
    @Min(1)
    @WithDefault("20000")
    int maxAnswers();

    /**
     * Percent of {@link #maxAnswers} above which only accounts with less than an equal part of it are let in; the others:
     * 503 with {@code Retry-After}.
     */
    @Min(1)
    @Max(100)
    @WithDefault("80")
    int fairAbovePercent();
}
