package io.weir.e2e;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static io.weir.e2e.ConsoleBrowser.answer;
import static io.weir.e2e.ConsoleBrowser.ask;
import static io.weir.e2e.ConsoleBrowser.awaitSettled;
import static io.weir.e2e.ConsoleBrowser.shoot;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.ColorScheme;
import java.math.BigDecimal;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A person with a real Chromium. */
class ConsoleTest {
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

    private static BrowserContext context(ColorScheme scheme, int width, int height) {
        return browser.context(scheme, width, height);
    }

    private Page signIn(BrowserContext context, String user) {
        return ConsoleBrowser.signIn(context, stack, user);
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
    void isPhotographedInLightAndDarkOnDeskAndPhone() {
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
}
