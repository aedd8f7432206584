package io.weir.gateway.counting;

import com.knuddels.jtokkit.Encodings;
import com.knuddels.jtokkit.api.Encoding;
import com.knuddels.jtokkit.api.EncodingType;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.function.Consumer;

/**
 * Counts tokens with {@code o200k_base} on two worker threads. Agents use other models, too; their own figures replace ours
 * when they report any.
 */
@ApplicationScoped
public class Tokenizer {
    /** Counted exactly up to here; a longer text is extrapolated from its beginning. */
    private static final int EXACT_CHARS = 200_000;

    private static final int THREADS = 2;

    private final WorkerExecutor workers;
    private final Encoding encoding;

    /** Loads the vocabulary: about a second, once. */
    public Tokenizer(Vertx vertx) {
        this.workers = vertx.createSharedWorkerExecutor("weir-counter", THREADS);
        this.encoding = Encodings.newLazyEncodingRegistry().getEncoding(EncodingType.O200K_BASE);
    }

    /** Makes sure that the vocabulary is loaded. Called at start, since no event loop may wait for it. */
    public void warm() {
        encoding.countTokensOrdinary("weir");
    }

    /** Tokens of a whole text; completes on the caller's context. */
    public Future<Long> count(String text) {
        return workers.executeBlocking(() -> estimate(text), false);
    }

    /**
     * A running count for one stream.
     *
     * @param context the stream's own; the count is used and reports there only
     * @param counted told the tokens of each delta, in order
     */
    public RunningCount running(Context context, Consumer<int[]> counted) {
        return new RunningCount(context, workers, new DeltaTokens(encoding), counted);
    }

    @PreDestroy
    void close() {
        workers.close();
    }

    private long estimate(String text) {
        if (text.length() <= EXACT_CHARS) {
            return encoding.countTokensOrdinary(text);
        }
        long head = encoding.countTokensOrdinary(text.substring(0, EXACT_CHARS));
        return Math.ceilDiv(head * text.length(), EXACT_CHARS);
    }
}
