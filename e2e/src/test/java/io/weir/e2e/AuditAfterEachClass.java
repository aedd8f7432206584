package io.weir.e2e;

import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Whatever a class of tests did to the stack: afterwards the ledger proves itself. So every run ends with an audit. */
public final class AuditAfterEachClass implements AfterAllCallback {
    @Override
    public void afterAll(ExtensionContext context) {
        // Not that of a nested class: its outer one follows.
        if (context.getRequiredTestClass().getEnclosingClass() == null) {
            Stack.ifStarted(stack -> {
                stack.restoreAll();
                stack.assertAuditClean();
            });
        }
    }
}
