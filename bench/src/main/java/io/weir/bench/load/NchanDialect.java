package io.weir.bench.load;

import java.util.Optional;

/** nchan: the path names the channel, messages come as they were published. */
final class NchanDialect implements Dialect {
    @Override
    public String path(int topic) {
        return "/sub/t" + topic;
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
