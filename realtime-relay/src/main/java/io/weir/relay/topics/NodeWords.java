package io.weir.relay.topics;

import io.weir.relay.presence.NodeId;
import io.weir.relay.presence.PresenceMessage;
import io.weir.relay.presence.PresenceRoom;

/** What the same topic on other nodes says of its people, told here. On the topic's loop. */
final class NodeWords {
    private final PresenceRoom presence;
    private final Typing typing;
    private final ReceiptWishes wishes;
    private final Receipts receipts;

    NodeWords(PresenceRoom presence, Typing typing, ReceiptWishes wishes, Receipts receipts) {
        this.presence = presence;
        this.typing = typing;
        this.wishes = wishes;
        this.receipts = receipts;
    }

    void heard(NodeId node, NodeWord word) {
        switch (word) {
            case NodeWord.Present(PresenceMessage message) -> presence.heard(node, message);
            case NodeWord.Types(String account, boolean on) -> {
                if (on) {
                    typing.on(node.value(), account);
                } else {
                    typing.off(account);
                }
            }
            case NodeWord.Reached reached -> receipts.reached(reached);
            case NodeWord.WantsReceipts(boolean wanted) -> {
                if (wishes.heard(node, wanted)) {
                    receipts.tellAllElsewhere();
                }
            }
        }
    }

    /** The node is lost. */
    void lost(NodeId node) {
        presence.nodeLost(node);
        wishes.heard(node, false);
    }

    /** Tells the other nodes again what they have to know of this one. */
    void refresh() {
        presence.refresh();
        wishes.refresh();
    }
}
