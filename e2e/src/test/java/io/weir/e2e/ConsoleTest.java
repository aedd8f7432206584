package io.weir.e2e;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import com.microsoft.playwright.assertions.LocatorAssertions;
import com.microsoft.playwright.options.ColorScheme;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A person with a real Chromium. */
class ConsoleTest {
    /** Where pictures go; {@code -Dweir.pictures=../docs/images} renews the ones of the README. */
    private static final Path PICTURES = Path.of(System.getProperty("weir.pictures", "target/pictures"));

    private static Optional<Path> chromium = Optional.empty();
    private static Playwright playwright;
    private static Browser browser;
    private final Stack stack = Stack.shared();

    @BeforeAll
    static void launch() {
        chromium = Stream.of("/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome")
                .map(Path::of)
                .filter(Files::isExecutable)
                .findFirst();
        Assumptions.assumeTrue(chromium.isPresent(), "no Chromium found; on Debian: apt-get install chromium");
        playwright = Playwright.create(
                new Playwright.CreateOptions().setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
        browser = playwright
                .chromium()
                .launch(new BrowserType.LaunchOptions()
                        .setExecutablePath(chromium.get())
                        .setArgs(List.of(
                                "--no-sandbox",
                                "--disable-gpu",
                                "--disable-quic",
                                "--no-first-run",
                                "--disable-background-networking",
                                "--disable-component-update",
                                "--disable-sync")));
    }

    @AfterAll
    static void quit() {
        if (playwright != null) {
            playwright.close();
        }
    }

    private BrowserContext context(ColorScheme scheme, int width, int height) {
        return browser.newContext(
                new Browser.NewContextOptions().setColorScheme(scheme).setViewportSize(width, height));
    }

    private Page signIn(BrowserContext context, String user) {
        Page page = context.newPage();
        page.navigate(stack.edge().toString());
        page.getByTestId("login").click();
        page.waitForURL(Pattern.compile(".*/weir/authorize.*"));
        page.locator("input[name=username]").fill(user);
        page.locator("input[name=username]").press("Enter");
        assertThat(page.getByTestId("composer")).isVisible();
        return page;
    }

    private static void ask(Page page, String question) {
        page.getByTestId("composer").fill(question);
        page.getByTestId("send").click();
    }

    private static Locator answer(Page page) {
        return page.locator("[data-testid=message][data-role=assistant]").last();
    }

    private static void awaitSettled(Page page) {
        assertThat(answer(page).locator("[data-testid=gauge][data-settled=true]"))
                .isVisible(new LocatorAssertions.IsVisibleOptions().setTimeout(60_000));
    }

    /** The answer's text as its copy button gives it: markdown, to the letter. */
    private static String copied(Page page) {
        page.bringToFront();
        page.locator(".answer-actions").getByTestId("copy").last().click();
        return (String) page.evaluate("() => navigator.clipboard.readText()");
    }

    @Test
    void streamsShowsASecondTabTheSameAndSurvivesALostNetwork() {
        String user = Stack.fresh("browser");
        stack.grant(user, BigDecimal.TEN);
        String question = "How do rivers find their way? [[tokens=450 rate=30]]";
        try (BrowserContext context = context(ColorScheme.LIGHT, 1280, 800)) {
            context.grantPermissions(List.of("clipboard-read", "clipboard-write"));
            Page first = signIn(context, user);
            ask(first, question);

            assertThat(answer(first).getByTestId("message-text")).containsText(Pattern.compile("\\w+ \\w+"));
            assertThat(first.getByTestId("stop")).isVisible();
            String early = answer(first).getByTestId("message-text").innerText();

            Page second = context.newPage();
            second.navigate(first.url());
            assertThat(answer(second).getByTestId("message-text")).containsText(Pattern.compile("\\w+ \\w+"));
            assertThat(second.getByTestId("stop")).isVisible();

            context.setOffline(true);
            first.waitForTimeout(1_500);
            context.setOffline(false);

            awaitSettled(first);
            awaitSettled(second);
            String whole = stack.agentsAnswerTo(question).strip();
            assertThat(early.length()).isLessThan(whole.length());
            assertThat(copied(first).strip()).isEqualTo(whole);
            assertThat(copied(second).strip()).isEqualTo(whole);
            assertThat(first.locator("[data-testid=message][data-role=assistant]"))
                    .hasCount(1);
            assertThat(second.locator("[data-testid=message][data-role=assistant]"))
                    .hasCount(1);
        }
    }

    @Test
    void stopsAndRegenerates() {
        String user = Stack.fresh("browser");
        stack.grant(user, BigDecimal.TEN);
        try (BrowserContext context = context(ColorScheme.DARK, 390, 844)) {
            Page page = signIn(context, user);
            ask(page, "Talk without end. [[tokens=900 rate=30]]");
            assertThat(answer(page).getByTestId("message-text")).containsText(Pattern.compile("\\w+ \\w+"));
            page.getByTestId("stop").click();
            awaitSettled(page);
            assertThat(page.getByTestId("end-note")).isVisible();

            page.getByTestId("regenerate").last().click();
            assertThat(page.getByTestId("stop")).isVisible();
            page.getByTestId("stop").click();
            awaitSettled(page);
        }
    }

    @Test
    void isPhotographedInLightAndDarkOnDeskAndPhone() throws Exception {
        Files.createDirectories(PICTURES);
        String user = "alice";
        stack.grant(user, BigDecimal.TEN);
        String session;
        try (BrowserContext context = context(ColorScheme.LIGHT, 1280, 800)) {
            Page page = signIn(context, user);
            ask(page, "What does a weir do for a river?");
            awaitSettled(page);
            ask(page, "And what should its neighbours know about it?");
            assertThat(page.getByTestId("stop")).isVisible();
            page.waitForTimeout(2_000);
            shoot(page, "console-light.png");
            awaitSettled(page);
            session = page.url();
        }
        photograph(session, user, ColorScheme.DARK, 1280, 800, "console-dark.png");
        photograph(session, user, ColorScheme.LIGHT, 390, 844, "console-phone-light.png");
        photograph(session, user, ColorScheme.DARK, 390, 844, "console-phone-dark.png");
    }

    @Test
    void showsOperatorsTheMachinesAndDrainsOne() {
        try (BrowserContext context = context(ColorScheme.LIGHT, 1280, 800)) {
            Page page = signIn(context, "admin");
            page.getByTestId("machines-link").click();
            Locator second = page.locator("[data-machine='demo/demo-2']");
            assertThat(page.locator("[data-testid=machine][data-state=well]")).hasCount(2);
            assertThat(page.getByTestId("machines-summary")).containsText("2 of 2 machines ready");
            second.getByTestId("drain").click();
            assertThat(second).hasAttribute("data-state", "draining");
            shoot(page, "machines-light.png");
            second.getByTestId("drain").click();
            assertThat(second).hasAttribute("data-state", "well");
        }
        try (BrowserContext context = context(ColorScheme.LIGHT, 1280, 800)) {
            Page page = signIn(context, Stack.fresh("browser"));
            assertThat(page.getByTestId("machines-link")).hasCount(0);
            page.navigate(stack.edge() + "#/machines");
            assertThat(page.getByTestId("composer")).isVisible();
            assertThat(page.getByTestId("machines")).hasCount(0);
        }
    }

    private void photograph(String session, String user, ColorScheme scheme, int width, int height, String file) {
        try (BrowserContext context = context(scheme, width, height)) {
            Page page = signIn(context, user);
            page.navigate(session);
            assertThat(answer(page).getByTestId("message-text")).isVisible();
            page.waitForTimeout(500);
            shoot(page, file);
        }
    }

    private static void shoot(Page page, String file) {
        byte[] picture = page.screenshot(new Page.ScreenshotOptions().setPath(PICTURES.resolve(file)));
        assertThat(picture.length).as(file).isGreaterThan(10_000);
    }
}
