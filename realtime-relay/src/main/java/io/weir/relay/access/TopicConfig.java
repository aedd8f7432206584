package io.weir.relay.access;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import io.smallrye.config.WithParentName;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The table of topics: which names mean what, and who may do what on them. A name that matches no row is a free one. */
@ConfigMapping(prefix = "weir.relay.topics")
public interface TopicConfig {
    /** The rows by a name of their own, which nothing else uses. The most specific pattern wins. */
    @WithParentName
    Map<String, Row> rows();

    /** One kind of topic. */
    interface Row {
        /** The names it is for: literal text with variables in braces, such as {@code workspace:{workspace}:channel:{channel}}. */
        String pattern();

        /**
         * For a row of shares: the name of the owner's topic that such a name opens, in the same variables. It needs the
         * variables {@code session} and {@code owner}.
         */
        Optional<String> opens();

        /** Wire name of the vocabulary in which its streams are told. */
        @WithDefault("session")
        String vocabulary();

        /** Whether subscribers get everything in order, or only the newest. */
        @WithDefault("streams")
        TopicKind kind();

        /** Who may join, any of these. */
        @WithDefault("none")
        List<Rule> read();

        /** Who may broadcast, any of these. */
        @WithDefault("none")
        List<Rule> write();

        /** Who may send control events and be present, any of these. */
        @WithDefault("none")
        List<Rule> control();
    }
}
