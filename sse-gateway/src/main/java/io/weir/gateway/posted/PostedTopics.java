package io.weir.gateway.posted;

import io.weir.contracts.id.SessionId;
import io.weir.contracts.problem.ProblemType;
import io.weir.streams.render.Vocabulary;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The configured topics that can be posted to, and who may. Most names fit one row; the longest pattern wins. */
@ApplicationScoped
class PostedTopics {
    private static final Pattern VARIABLE = Pattern.compile("\\{([a-z]+)}");
    private static final int MAX_NAME = SessionId.MAX_LENGTH;

    private final List<Row> rows;

    private record Row(Pattern pattern, int length, boolean session, PostingConfig.Topic topic) {}

    PostedTopics(PostingConfig config) {
        this.rows = config.topics().values().stream()
                .map(PostedTopics::row)
                .sorted((a, b) -> Integer.compare(b.length(), a.length()))
                .toList();
    }

    /**
     * A place to post to.
     *
     * @param topic its name
     * @param vocabulary wire name of its vocabulary
     * @param session the conversation that the stream belongs to
     * @param firstWriter it belongs to whoever posts first
     */
    record Place(String topic, String vocabulary, SessionId session, boolean firstWriter) {}

    /**
     * The place of this name.
     *
     * @param vocabulary what the poster takes for its vocabulary, if it says
     * @throws PostingException 400 for a name that cannot be one or another vocabulary, 403 where the poster may not post
     */
    Place place(Poster poster, String topic, Optional<String> vocabulary) {
        if (topic.isEmpty() || topic.length() > MAX_NAME || topic.chars().anyMatch(Character::isISOControl)) {
            throw new PostingException(
                    ProblemType.MALFORMED,
                    "\"topic\" must have 1 to " + MAX_NAME + " characters, and no control characters.");
        }
        for (Row row : rows) {
            Matcher name = row.pattern().matcher(topic);
            if (name.matches()) {
                return place(poster, topic, vocabulary, row, name);
            }
        }
        throw new PostingException(ProblemType.FORBIDDEN, "Nothing can be posted to a topic of this name.");
    }

    private static Place place(Poster poster, String topic, Optional<String> vocabulary, Row row, Matcher name) {
        String spoken = row.topic().vocabulary();
        if (!vocabulary.orElse(spoken).equals(spoken)) {
            throw new PostingException(ProblemType.MALFORMED, "The vocabulary of this topic is \"" + spoken + "\".");
        }
        Right right = row.topic().right();
        if (right == Right.MEMBER && !poster.isMember(name.group("workspace"))) {
            throw new PostingException(ProblemType.FORBIDDEN, "The account is no member of this workspace.");
        }
        return new Place(
                topic,
                spoken,
                new SessionId(row.session() ? name.group("session") : topic),
                right == Right.FIRST_WRITER);
    }

    private static Row row(PostingConfig.Topic topic) {
        String pattern = topic.pattern();
        if (Vocabulary.ofWire(topic.vocabulary()).isEmpty()) {
            throw new IllegalArgumentException("weir.gateway.posting.topics: no vocabulary " + topic.vocabulary());
        }
        if (topic.right() == Right.MEMBER && !pattern.contains("{workspace}")) {
            throw new IllegalArgumentException("weir.gateway.posting.topics: no workspace in " + pattern);
        }
        var regex = new StringBuilder();
        Matcher variables = VARIABLE.matcher(pattern);
        int from = 0;
        while (variables.find()) {
            regex.append(Pattern.quote(pattern.substring(from, variables.start())));
            from = variables.end();
            // All but the last variable end where the text behind them begins: a name is read in one way.
            boolean last = pattern.indexOf('{', from) < 0;
            String text = last ? "." : "[^" + Pattern.quote(pattern.substring(from, from + 1)) + "]";
            regex.append("(?<")
                    .append(variables.group(1))
                    .append('>')
                    .append(text)
                    .append("+)");
        }
        regex.append(Pattern.quote(pattern.substring(from)));
        return new Row(Pattern.compile(regex.toString()), pattern.length(), pattern.contains("{session}"), topic);
    }
}
