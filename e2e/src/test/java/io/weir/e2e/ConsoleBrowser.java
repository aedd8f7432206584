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
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/** A real Chromium, and what a person does with the console in it. */
final class ConsoleBrowser implements AutoCloseable {
    /** Where pictures go; {@code -Dweir.pictures=../docs/images} renews the ones of the documents. */
    private static final Path PICTURES = Path.of(System.getProperty("weir.pictures", "target/pictures"));

    /** How long a page may take to show something, in milliseconds. */
    static final double MILLIS = 60_000;

    private final Playwright playwright;
    private final Browser browser;

    private ConsoleBrowser(Playwright playwright, Browser browser) {
        this.playwright = playwright;
        this.browser = browser;
    }

    /** Skips the test where there is no Chromium. */
    static ConsoleBrowser launch() {
        Optional<Path> chromium = Stream.of("/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome")
                .map(Path::of)
                .filter(Files::isExecutable)
                .findFirst();
        Assumptions.assumeTrue(chromium.isPresent(), "no Chromium found; on Debian: apt-get install chromium");
        Playwright playwright = Playwright.create(
                new Playwright.CreateOptions().setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
        Browser browser = playwright
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
        return new ConsoleBrowser(playwright, browser);
    }

    @Override
    public void close() {
        playwright.close();
    }

    BrowserContext context(ColorScheme scheme, int width, int height) {
        return browser.newContext(
                new Browser.NewContextOptions().setColorScheme(scheme).setViewportSize(width, height));
    }

    static Page signIn(BrowserContext context, Stack stack, String user) {
        Page page = context.newPage();
        page.navigate(stack.edge().toString());
        page.getByTestId("login").click();
        page.waitForURL(Pattern.compile(".*/weir/authorize.*"));
        page.locator("input[name=username]").fill(user);
        page.locator("input[name=username]").press("Enter");
        assertThat(page.getByTestId("composer")).isVisible();
        return page;
    }

    static void ask(Page page, String question) {
        page.getByTestId("composer").fill(question);
        page.getByTestId("send").click();
    }

    static Locator answer(Page page) {
        return page.locator("[data-testid=message][data-role=assistant]").last();
    }

    static void awaitSettled(Page page) {
        assertThat(answer(page).locator("[data-testid=gauge][data-settled=true]"))
                .isVisible(within());
    }

    /** Takes a picture of what is in the window. */
    static void shoot(Page page, String file) {
        byte[] picture = page.screenshot(new Page.ScreenshotOptions().setPath(PICTURES.resolve(file)));
        assertThat(picture.length).as(file).isGreaterThan(10_000);
    }

    static LocatorAssertions.IsVisibleOptions within() {
        return new LocatorAssertions.IsVisibleOptions().setTimeout(MILLIS);
    }

    static LocatorAssertions.HasAttributeOptions attribute() {
        return new LocatorAssertions.HasAttributeOptions().setTimeout(MILLIS);
    }
}
