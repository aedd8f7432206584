package io.weir.relay.redis;

import io.lettuce.core.RedisCommandExecutionException;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/** What a refusal by a server means. */
sealed interface Redirect {
    /** The slot belongs to another server now. */
    record Moved(int slot, Address to) implements Redirect {}

    /** The slot is on its way to another server, which has the key already. */
    record Ask(Address to) implements Redirect {}

    /** The server does not know the script by its digest. */
    record NoScript() implements Redirect {}

    /** Something else: the caller is told. */
    record None() implements Redirect {}

    /** Reads a failure. */
    static Redirect of(Throwable failure, Address asked) {
        Throwable cause = cause(failure);
        String message = cause instanceof RedisCommandExecutionException ? cause.getMessage() : null;
        if (message == null) {
            return new None();
        }
        String[] words = message.split(" ", 4);
        return switch (words[0]) {
            case "MOVED" -> new Moved(Integer.parseInt(words[1]), Address.parse(words[2], asked));
            case "ASK" -> new Ask(Address.parse(words[2], asked));
            case "NOSCRIPT" -> new NoScript();
            default -> new None();
        };
    }

    /** The failure without the wrapping of futures. */
    static Throwable cause(Throwable failure) {
        Throwable inner = failure;
        @Nullable Throwable next = inner instanceof CompletionException ? inner.getCause() : null;
        while (next != null) {
            inner = next;
            next = inner instanceof CompletionException ? inner.getCause() : null;
        }
        return inner;
    }
}
