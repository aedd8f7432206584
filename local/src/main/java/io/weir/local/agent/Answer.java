package io.weir.local.agent;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Readable prose with some Markdown, made from a question: the same question always has the same answer. */
final class Answer {
    private static final Pattern PIECE = Pattern.compile("\\s*\\S{1,7}");
    private static final Pattern WORD = Pattern.compile("[\\p{L}\\p{N}'-]{4,}");
    private static final Set<String> NO_SUBJECTS = Set.of(
            "what",
            "when",
            "where",
            "which",
            "whom",
            "whose",
            "does",
            "have",
            "could",
            "would",
            "should",
            "will",
            "tell",
            "about",
            "please",
            "explain",
            "describe",
            "write",
            "give",
            "show",
            "make",
            "this",
            "that",
            "these",
            "those",
            "with",
            "from",
            "into",
            "your",
            "mine",
            "they",
            "them",
            "their",
            "there",
            "here",
            "some",
            "more",
            "most",
            "much",
            "many",
            "very",
            "just",
            "only",
            "also",
            "than",
            "then",
            "been",
            "being",
            "were",
            "hello");
    private static final List<String> OPENINGS = List.of(
            "Good question. Here is how I would look at **%s**.",
            "Let us take **%s** one step at a time.",
            "There is a short answer and a longer one about **%s**; here are both.",
            "I looked into **%s**. This is what matters most.");
    private static final List<String> SENTENCES = List.of(
            "The first thing to settle is what you want %s to do when something goes wrong.",
            "Most of the work around %s is deciding what to leave out.",
            "A small experiment tells you more about %s than a long discussion.",
            "People often underestimate how much %s depends on what came before it.",
            "It helps to write down what you expect from %s, and then to measure it.",
            "If %s feels slow, look at the waiting before you look at the work.",
            "Nothing about %s has to be decided for ever; keep the way back open.",
            "The numbers around %s are only as good as the moment they were taken.",
            "Once %s works for one case, the second case shows what was luck.",
            "You can change your mind about %s later, as long as you notice that you did.",
            "Ask who will look after %s in a year, and make their morning easy.",
            "A clear name for %s saves more time than a clever trick.");
    private static final List<String> POINTS = List.of(
            "**Start small.** One piece of %s, working from end to end.",
            "**Measure.** Note when %s began, and when it was done.",
            "**Keep a record.** A line such as `%s: done` is enough.",
            "**Ask early.** Someone near you has met %s before.",
            "**Stop in time.** More of %s is not always better.");
    private static final List<String> CLOSINGS = List.of(
            "That is the short version. Tell me which part of %s you would like to go deeper into.",
            "I would begin today, and look at %s again tomorrow with fresh eyes.",
            "If only one thing stays with you about %s, let it be the first point.");

    private final Random random;
    private final List<String> subjects;

    private Answer(String question) {
        this.random = new Random(question.hashCode());
        this.subjects = subjectsOf(question);
    }

    /**
     * The answer in pieces of the size of tokens; joined, they are the text.
     *
     * @param question the message without directives
     * @param length number of pieces wanted; negative lets the prose end where it ends
     */
    static List<String> to(String question, int length) {
        var answer = new Answer(question);
        if (length < 0) {
            return piecesOf(answer.prose());
        }
        var pieces = new ArrayList<String>(length);
        while (pieces.size() < length) {
            List<String> more = piecesOf((pieces.isEmpty() ? "" : "\n\n") + answer.prose());
            pieces.addAll(more.subList(0, Math.min(more.size(), length - pieces.size())));
        }
        return pieces;
    }

    private String prose() {
        var text = new StringBuilder(pick(OPENINGS)).append("\n\n");
        text.append(paragraph()).append("\n\n");
        for (String point : some(POINTS)) {
            text.append("- ").append(point).append('\n');
        }
        return text.append('\n')
                .append(paragraph())
                .append("\n\n")
                .append(pick(CLOSINGS))
                .toString();
    }

    private String paragraph() {
        return String.join(" ", some(SENTENCES));
    }

    /** Three different ones, in a random order. */
    private List<String> some(List<String> templates) {
        var shuffled = new ArrayList<>(templates);
        Collections.shuffle(shuffled, random);
        return shuffled.stream().limit(3).map(this::filled).toList();
    }

    private String pick(List<String> templates) {
        return filled(templates.get(random.nextInt(templates.size())));
    }

    private String filled(String template) {
        return template.formatted(subjects.get(random.nextInt(subjects.size())));
    }

    private static List<String> subjectsOf(String question) {
        var words = new ArrayList<String>();
        Matcher word = WORD.matcher(question);
        while (word.find() && words.size() < 12) {
            if (!NO_SUBJECTS.contains(word.group().toLowerCase(Locale.ROOT))) {
                words.add(word.group());
            }
        }
        return words.isEmpty() ? List.of("your question") : List.copyOf(words);
    }

    private static List<String> piecesOf(String text) {
        var pieces = new ArrayList<String>();
        Matcher piece = PIECE.matcher(text);
        while (piece.find()) {
            pieces.add(piece.group());
        }
        return pieces;
    }
}
