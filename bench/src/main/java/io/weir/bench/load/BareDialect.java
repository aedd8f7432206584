package io.weir.bench.load;

import java.util.Optional;

/** A bare endpoint: an open socket and nothing else. */
final class BareDialect implements Dialect {
    @Override
    public String path(int topic) {
        return "/bare";
    }

    @Override
    public Optional<String> greeting(int subscriber, int topic) {
        return Optional.empty();
    }

    @Override
    public boolean isReadyWhenOpen() {
        return true;
    }

    @Override
    public Step hear(String text, int topic) {
        return new Step.Wait();
    }
}
