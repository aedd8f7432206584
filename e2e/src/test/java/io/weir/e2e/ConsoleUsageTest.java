package io.weir.e2e;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static io.weir.e2e.ConsoleBrowser.attribute;
import static io.weir.e2e.ConsoleBrowser.shoot;
import static io.weir.e2e.ConsoleBrowser.within;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Download;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.assertions.LocatorAssertions;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.ColorScheme;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A person looks at what was used, with a real Chromium. */
class ConsoleUsageTest {
    private static final Pattern SOME_CREDIT = Pattern.compile("[1-9]\\d*");

    private static ConsoleBrowser browser;
    private final Stack stack = Stack.shared();

    @BeforeAll
    static void launch() {
        browser = ConsoleBrowser.launch();
    }

    @AfterAll
    static void quit() {
        if (browser != null) {
            browser.close();
        }
    }

    @AfterEach
    void auditIsClean() {
        stack.assertAuditClean();
    }

    @Test
    void showsAnAnswerBurnCreditAndThenWhatItCost() {
        User user = stack.newUser("spender", "10");
        useElsewhere(user, "atlas-large", 610);
        useElsewhere(user, "atlas-small", 230);
        try (BrowserContext context = browser.context(ColorScheme.LIGHT, 1280, 900)) {
            // Given: the page open, an answer asked for on another one
            Page usage = ConsoleBrowser.signIn(context, stack, user.name());
            usage.getByTestId("usage-link").click();
            assertThat(usage.locator("[data-testid=burns][data-liveness=live]")).isVisible(within());
            Page chat = context.newPage();
            chat.navigate(stack.edge().toString());
            ConsoleBrowser.ask(chat, "What does a weir measure? [[tokens=420 rate=30]]");

            // Then: it is seen live, its cost growing and the credit falling
            Locator burn = usage.getByTestId("burn");
            assertThat(burn).hasAttribute("data-state", "running", attribute());
            assertThat(burn).hasAttribute("data-cost", SOME_CREDIT, attribute());
            String stream = burn.getAttribute("data-stream");
            long early = Long.parseLong(burn.getAttribute("data-cost"));
            usage.waitForCondition(
                    () -> Long.parseLong(burn.getAttribute("data-cost")) > early,
                    new Page.WaitForConditionOptions().setTimeout(ConsoleBrowser.MILLIS));
            assertThat(usage.locator(".burn-path")).isVisible(within());
            assertThat(usage.getByTestId("spent")).not().hasText("…");
            usage.bringToFront();
            shoot(usage, "usage-light.png");

            // Then: it ends at exactly the bill
            assertThat(burn).hasAttribute("data-state", "settled", attribute());
            JsonNode receipt = user.settledReceipt(stream);
            String charge = receipt.path("chargeMicro").asText();
            assertThat(burn).hasAttribute("data-cost", charge);
            assertThat(usage.getByTestId("credits"))
                    .hasAttribute("data-micro", Long.toString(user.balanceMicro()), attribute());

            // Then: chart, models, figures and receipts say the same once it is counted
            String spent = Long.toString(10_000_000 - user.balanceMicro());
            assertThat(usage.getByTestId("spend-chart")).hasAttribute("data-micro", spent, attribute());
            assertThat(usage.getByTestId("spent")).hasAttribute("data-micro", spent);
            String model = receipt.path("model").asText();
            assertThat(usage.locator("[data-testid=model][data-model='" + model + "']"))
                    .hasAttribute("data-micro", charge, attribute());
            assertThat(usage.locator("[data-testid=receipt-row][data-stream='" + stream + "']"))
                    .hasAttribute("data-micro", charge, attribute());

            // Then: the chart is a control
            usage.getByRole(AriaRole.SLIDER).focus();
            usage.keyboard().press("Home");
            assertThat(usage.getByRole(AriaRole.SLIDER)).hasAttribute("aria-valuenow", "1");

            opensAReceipt(usage, stream, charge);
            takesTheSameAsCsv(usage);
        }
        photograph(user.name(), ColorScheme.DARK, 1280, 900, "usage-dark.png");
        photograph(user.name(), ColorScheme.LIGHT, 390, 844, "usage-phone-light.png");
        photograph(user.name(), ColorScheme.DARK, 390, 844, "usage-phone-dark.png");
    }

    private static void opensAReceipt(Page page, String stream, String charge) {
        page.locator("[data-testid=receipt-row][data-stream='" + stream + "']")
                .getByTestId("open-receipt")
                .click();
        assertThat(page.getByTestId("receipt-facts")).hasAttribute("data-micro", charge, attribute());
        assertThat(page.getByTestId("signature")).hasAttribute("data-state", "good", attribute());
        Page printed = page.waitForPopup(() -> page.getByTestId("print-receipt").click());
        assertThat(printed.locator("h1")).hasText("Receipt");
        assertThat(printed.locator("body")).containsText(stream);
        printed.close();
        page.bringToFront();
        page.keyboard().press("Escape");
        assertThat(page.getByTestId("receipt")).hasCount(0);
    }

    private static void takesTheSameAsCsv(Page page) {
        List<String> shown = new ArrayList<>();
        for (Locator row : page.getByTestId("figure-row").all()) {
            shown.add(row.getAttribute("data-start") + " " + row.getAttribute("data-model") + " "
                    + row.getAttribute("data-micro"));
        }
        Download download = page.waitForDownload(() -> page.getByTestId("csv").click());
        assertThat(download.suggestedFilename()).startsWith("usage-month-").endsWith(".csv");
        try {
            List<String> lines = Files.readAllLines(download.path());
            List<String> names = List.of(lines.getFirst().split(",", -1));
            List<String> read = new ArrayList<>();
            for (String line : lines.subList(1, lines.size())) {
                String[] fields = line.split(",", -1);
                read.add(fields[names.indexOf("start")] + " " + fields[names.indexOf("model")] + " "
                        + fields[names.indexOf("charge_micro")]);
            }
            assertThat(read).hasSizeGreaterThanOrEqualTo(3).isEqualTo(shown);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void makesAKeyThatOpensWhatItSaysAndDeletesIt() {
        User user = stack.newUser("keeper", "1");
        try (BrowserContext context = browser.context(ColorScheme.DARK, 390, 844)) {
            // When: a key is made
            Page page = ConsoleBrowser.signIn(context, stack, user.name());
            page.navigate(stack.edge() + "#/usage");
            assertThat(page.getByTestId("nothing-spent")).isVisible(within());
            page.getByTestId("new-key").click();
            page.getByTestId("key-name").fill("nightly report");
            page.getByTestId("create-key").click();
            assertThat(page.getByTestId("made-key")).isFocused();
            String secret = page.getByTestId("key-secret").innerText();
            page.getByTestId("made-key").scrollIntoViewIfNeeded();
            shoot(page, "keys-phone-dark.png");
            page.getByTestId("key-kept").click();

            // Then: it is shown never again, and opens chat but not usage
            assertThat(page.getByTestId("key-secret")).hasCount(0);
            Locator row = page.locator("[data-testid=key-row][data-name='nightly report']");
            assertThat(row).isVisible();
            assertThat(page.locator("body")).not().containsText(secret);
            User program = new User(stack.edge(), user.name(), secret);
            var answer = program.post("/v1/responses", "{\"model\":\"demo\",\"input\":\"Briefly. [[tokens=20]]\"}");
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
            assertThat(program.get("/api/me/usage").statusCode()).isEqualTo(403);

            // Then: what it used is on the page
            page.reload();
            assertThat(row).hasAttribute("data-used", Pattern.compile("2.+Z"), attribute());
            Awaitility.await("the answer is counted")
                    .atMost(Duration.ofSeconds(60))
                    .until(() -> {
                        page.reload();
                        assertThat(page.getByTestId("spent")).not().hasText("…", notText());
                        return !"0".equals(page.getByTestId("spent").getAttribute("data-micro"));
                    });

            // When: it is deleted, asked twice
            row.getByTestId("delete-key").click();
            row.getByTestId("delete-key-yes").click();

            // Then
            assertThat(row).hasCount(0);
            var refused = program.post("/v1/responses", "{\"model\":\"demo\",\"input\":\"Again.\"}");
            assertThat(refused.statusCode()).as(refused.body()).isEqualTo(401);
        }
    }

    /** Usage that passed through no gateway, of a model with another name. */
    private void useElsewhere(User user, String model, int output) {
        var event = Map.of(
                "specversion", "1.0",
                "type", "dev.weir.usage.v1",
                "source", "e2e",
                "id", Stack.fresh("event"),
                "data",
                        Map.of(
                                "account",
                                user.name(),
                                "agent",
                                "demo",
                                "model",
                                model,
                                "tokens",
                                Map.of("input", 900, "cached", 0, "cacheWrite", 0, "output", output, "reasoning", 0)));
        var answer = User.send(stack.user("admin")
                .postRequest("/api/admin/events", Json.write(event))
                .setHeader("Content-Type", "application/cloudevents+json")
                .build());
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    }

    private void photograph(String user, ColorScheme scheme, int width, int height, String file) {
        try (BrowserContext context = browser.context(scheme, width, height)) {
            Page page = ConsoleBrowser.signIn(context, stack, user);
            page.navigate(stack.edge() + "#/usage");
            assertThat(page.getByTestId("spend-chart")).isVisible(within());
            assertThat(page.getByTestId("receipt-row").first()).isVisible(within());
            shoot(page, file);
            // Nothing hangs out at the side, whatever the width.
            assertThat(
                            page.evaluate(
                                    "() => document.querySelector('.page').scrollWidth <= document.querySelector('.page').clientWidth"))
                    .isEqualTo(true);
        }
    }

    private static LocatorAssertions.HasTextOptions notText() {
        return new LocatorAssertions.HasTextOptions().setTimeout(ConsoleBrowser.MILLIS);
    }
}
