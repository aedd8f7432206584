package io.weir.e2e;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static io.weir.e2e.ConsoleBrowser.attribute;
import static io.weir.e2e.ConsoleBrowser.shoot;
import static io.weir.e2e.ConsoleBrowser.within;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.ColorScheme;
import java.time.Duration;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Staff look after the money, with a real Chromium. */
class ConsoleBillingTest {

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
    void letsAnAdminGiveCreditAndTakeItBack() {
        User payer = stack.newUser("grantee", "5");
        try (BrowserContext context = browser.context(ColorScheme.LIGHT, 1280, 900)) {
            Page page = ConsoleBrowser.signIn(context, stack, "admin");
            page.getByTestId("billing-link").click();
            page.getByTestId("account-search").fill(payer.name());
            Locator row = page.locator("[data-testid=account-row][data-account='" + payer.name() + "']");
            assertThat(row).isVisible(within());
            assertThat(page.getByTestId("account-row")).hasCount(1);
            row.getByRole(AriaRole.LINK).click();
            assertThat(page.getByTestId("account-balance")).hasAttribute("data-micro", "5000000", attribute());

            // When
            page.getByTestId("grant-amount").fill("12.5x");
            assertThat(page.getByTestId("grant")).isDisabled();
            page.getByTestId("grant-amount").fill("12.500001");
            page.getByTestId("grant-kind").selectOption("promotional");
            page.getByTestId("grant-note").fill("for the trouble");
            page.getByTestId("grant").click();

            // Then
            assertThat(page.getByTestId("account-balance")).hasAttribute("data-micro", "17500001", attribute());
            assertThat(payer.balanceMicro()).isEqualTo(17_500_001);
            assertThat(page.getByTestId("grant-amount")).hasValue("");
            shoot(page, "billing-account-light.png");

            // When
            Locator given = page.locator("[data-testid=grant-row][data-micro='12500001']");
            given.getByTestId("void").click();
            given.getByTestId("void-yes").click();

            // Then
            assertThat(given).hasAttribute("data-state", "voided", attribute());
            assertThat(page.getByTestId("account-balance")).hasAttribute("data-micro", "5000000", attribute());
            assertThat(payer.balanceMicro()).isEqualTo(5_000_000);
        }
    }

    @Test
    void letsAnAdminAddVersionsOfAPriceAndSeeBeforeWhatTheyDo() {
        String name = Stack.fresh("price");
        // The first question about prices after a start takes its time on a busy machine.
        User admin = stack.user("admin");
        Awaitility.await("the price book is read")
                .atMost(Duration.ofSeconds(60))
                .until(() -> admin.get("/api/admin/prices").statusCode() == 200);
        try (BrowserContext context = browser.context(ColorScheme.DARK, 1280, 900)) {
            Page page = ConsoleBrowser.signIn(context, stack, "admin");
            page.navigate(stack.edge() + "#/billing/prices");
            page.getByTestId("new-price").click();
            page.getByTestId("price-name").fill(name);
            page.getByTestId("rate-inputNano").fill("0.5");
            page.getByTestId("rate-outputNano").fill("2");
            page.getByTestId("set-price").click();
            Locator price = page.locator("[data-testid=price][data-name='" + name + "']");
            assertThat(price).hasAttribute("data-version", "1", attribute());

            // When
            price.getByTestId("new-version").click();
            Locator preview = price.getByTestId("preview");
            price.getByLabel("Tokens in").fill("1000");
            price.getByLabel("Tokens out").fill("500");
            price.getByTestId("rate-outputNano").fill("2.001");

            // Then: 1000 x 500 + 500 x 2001 nano-credits, rounded up once
            assertThat(preview).hasAttribute("data-micro", "1501", attribute());
            assertThat(preview).containsText("0.0015");
            price.getByTestId("rate-outputNano").fill("2.0001");
            assertThat(price.getByTestId("set-price")).isDisabled();
            price.getByTestId("rate-outputNano").fill("2.5");
            assertThat(preview).hasAttribute("data-micro", "1750", attribute());
            price.scrollIntoViewIfNeeded();
            shoot(page, "billing-prices-dark.png");
            price.getByTestId("set-price").click();
            assertThat(price).hasAttribute("data-version", "2", attribute());
        }
    }

    @Test
    void showsTheAuditToBillingWhichChangesNothing() {
        User payer = stack.newUser("audited", "5");
        try (BrowserContext context = browser.context(ColorScheme.LIGHT, 390, 844)) {
            Page page = ConsoleBrowser.signIn(context, stack, "billing");
            page.navigate(stack.edge() + "#/billing/audit");
            assertThat(page.getByTestId("verdict")).hasAttribute("data-well", "true", attribute());
            assertThat(page.getByTestId("audit-checked")).containsText("20");
            assertThat(page.getByTestId("chain")).hasText("unbroken");
            List<String> ids = page.getByTestId("invariant").all().stream()
                    .map(line -> line.getAttribute("data-id"))
                    .toList();
            assertThat(ids).containsExactlyInAnyOrder("I1", "I2", "I3", "I4", "I5", "I6", "I7", "I8", "I9");
            assertThat(page.getByTestId("overspent")).hasText("never");
            assertThat(page.locator("[data-testid=invariant][data-standing=violated]"))
                    .hasCount(0);
            shoot(page, "billing-audit-phone-light.png");

            page.navigate(stack.edge() + "#/billing/accounts/" + payer.name());
            assertThat(page.getByTestId("account-balance")).hasAttribute("data-micro", "5000000", attribute());
            assertThat(page.getByTestId("grant-row")).hasCount(1);
            assertThat(page.getByTestId("grant-form")).hasCount(0);
            assertThat(page.getByTestId("void")).hasCount(0);
            assertThat(refusal(page, "POST", "/api/admin/accounts/" + payer.name() + "/grants"))
                    .isEqualTo(403);
            assertThat(refusal(page, "PUT", "/api/admin/prices")).isEqualTo(403);
        }
    }

    @Test
    void isNoPageForEverybodyElse() {
        User user = stack.newUser("plain", "1");
        try (BrowserContext context = browser.context(ColorScheme.LIGHT, 1280, 800)) {
            Page page = ConsoleBrowser.signIn(context, stack, user.name());
            assertThat(page.getByTestId("usage-link")).isVisible();
            assertThat(page.getByTestId("billing-link")).hasCount(0);
            page.navigate(stack.edge() + "#/billing");
            assertThat(page.getByTestId("billing-refused")).containsText("role billing or admin");
            assertThat(page.getByTestId("billing")).hasCount(0);
            for (String path : List.of("accounts", "accounts/" + user.name() + "/grants", "prices", "audit")) {
                assertThat(refusal(page, "GET", "/api/admin/" + path)).as(path).isEqualTo(403);
            }
            assertThat(refusal(page, "POST", "/api/admin/accounts/" + user.name() + "/grants"))
                    .isEqualTo(403);
            assertThat(refusal(page, "PUT", "/api/admin/prices")).isEqualTo(403);
        }
        assertThat(user.balanceMicro()).isEqualTo(1_000_000);
    }

    /** What the edge answers when the page itself asks, with its session. */
    private static int refusal(Page page, String method, String path) {
        return (Integer) page.evaluate("""
                ([method, path]) => fetch(path, {
                  method,
                  headers: { 'Content-Type': 'application/json', 'X-Requested-With': 'XMLHttpRequest' },
                  ...(method === 'GET' ? {} : { body: '{"amountMicro":"5","name":"p"}' }),
                }).then((response) => response.status)
                """, List.of(method, path));
    }
}
