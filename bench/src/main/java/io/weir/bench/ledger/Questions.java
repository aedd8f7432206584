package io.weir.bench.ledger;

import io.weir.bench.peer.WeirLedger;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.time.YearMonth;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.HdrHistogram.Histogram;

/** What people and billing ask about a month of one account, over HTTP, read to the end. */
final class Questions implements AutoCloseable {
    private static final Duration TIMEOUT = Duration.ofMinutes(1);
    private static final long LONGEST_MICROS = Duration.ofMinutes(5).toNanos() / 1_000;
    private static final Pattern NEXT = Pattern.compile("<\\?([^>]*)>; rel=\"next\"");
    private static final String SUMS = "/v1/usage?";
    private static final String RECORDS = "/v1/usage/records?";
    private static final int TIMES = 15;

    private final HttpClient http = HttpClient.newHttpClient();
    private final String base;
    private final String token;
    private final String whose;

    /**
     * A question.
     *
     * @param name what is asked
     * @param path how
     * @param pages whether all pages are read, once
     */
    record Question(String name, String path, boolean pages) {}

    /**
     * How long its answer took.
     *
     * @param name the question
     * @param micros times in microseconds, without the first
     * @param firstMicros the first time
     * @param rows lines of the answer, of all its pages
     * @param bytes its length
     */
    record Answered(String name, Histogram micros, long firstMicros, long rows, long bytes) {}

    private record Part(long micros, long rows, long bytes, Optional<String> next) {}

    Questions(WeirLedger ledger, YearMonth month) throws IOException, InterruptedException {
        this.base = "http://127.0.0.1:" + ledger.port();
        this.token = ledger.billingToken();
        this.whose =
                "account=" + Seeds.READER + "&from=" + month.atDay(1) + "&to=" + month.atEndOfMonth() + "&format=csv";
    }

    List<Question> all() {
        List<Question> questions = new ArrayList<>();
        questions.add(sums("the month as a whole", "window=MONTH"));
        questions.add(sums("by day", "window=DAY"));
        questions.add(sums("by day, in Vienna's days", "window=DAY&timeZone=Europe/Vienna"));
        questions.add(sums("by hour", "window=HOUR"));
        questions.add(sums("by day and model", "window=DAY&groupBy=model"));
        questions.add(sums("by day and app", "window=DAY&groupBy=app"));
        questions.add(sums("by day and end reason", "window=DAY&groupBy=endReason"));
        questions.add(sums("by hour of one model, by end reason", "window=HOUR&model=model-1&groupBy=endReason"));
        questions.add(sums("one session by day", "window=DAY&session=session-77"));
        questions.add(
                new Question("a page of 100 receipts, the newest", RECORDS + whose + "&order=newest&limit=100", false));
        questions.add(new Question("a page of 1,000 receipts", RECORDS + whose + "&limit=1000", false));
        questions.add(new Question("CSV of every stream of the month", RECORDS + whose + "&limit=10000", true));
        return questions;
    }

    private Question sums(String name, String how) {
        return new Question(name, SUMS + whose + "&limit=10000&" + how, false);
    }

    Answered ask(Question question) throws IOException, InterruptedException {
        if (question.pages()) {
            return export(question);
        }
        var times = new Histogram(LONGEST_MICROS, 3);
        Part first = get(question.path());
        for (int i = 0; i < TIMES; i++) {
            times.recordValue(get(question.path()).micros());
        }
        return new Answered(question.name(), times, first.micros(), first.rows(), first.bytes());
    }

    private Answered export(Question question) throws IOException, InterruptedException {
        String path = question.path().substring(0, question.path().indexOf('?') + 1);
        Optional<String> next = Optional.of(question.path().substring(path.length()));
        long micros = 0;
        long rows = 0;
        long bytes = 0;
        while (next.isPresent()) {
            Part part = get(path + next.get());
            micros += part.micros();
            rows += part.rows();
            bytes += part.bytes();
            next = part.next();
        }
        var once = new Histogram(LONGEST_MICROS, 3);
        once.recordValue(micros);
        return new Answered(question.name(), once, micros, rows, bytes);
    }

    private Part get(String path) throws IOException, InterruptedException {
        var request = HttpRequest.newBuilder(URI.create(base + path))
                .timeout(TIMEOUT)
                .header("Authorization", "Bearer " + token)
                .build();
        long began = System.nanoTime();
        HttpResponse<byte[]> response = http.send(request, BodyHandlers.ofByteArray());
        long micros = (System.nanoTime() - began) / 1_000;
        if (response.statusCode() != 200) {
            throw new IOException(path + " was answered with " + response.statusCode());
        }
        return new Part(micros, lines(response.body()) - 1, response.body().length, next(response));
    }

    private static long lines(byte[] text) {
        long lines = 0;
        for (byte character : text) {
            lines += character == '\n' ? 1 : 0;
        }
        return lines;
    }

    private static Optional<String> next(HttpResponse<?> response) {
        return response.headers()
                .firstValue("Link")
                .map(NEXT::matcher)
                .filter(Matcher::find)
                .map(found -> found.group(1));
    }

    @Override
    public void close() {
        http.close();
    }
}
