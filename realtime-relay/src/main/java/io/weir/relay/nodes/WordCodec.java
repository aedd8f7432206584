package io.weir.relay.nodes;

import static io.weir.relay.nodes.BusCodec.string;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.netty.buffer.ByteBuf;
import io.weir.contracts.id.StreamId;
import io.weir.relay.presence.MemberChange;
import io.weir.relay.presence.NodeId;
import io.weir.relay.presence.PresenceMessage;
import io.weir.relay.topics.NodeWord;
import io.weir.streams.append.AppendFormatException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/** The bytes of what topics tell each other. */
final class WordCodec {
    private static final int CHANGES = 1;
    private static final int STANDING = 2;
    private static final int ASKED = 3;
    private static final int PART = 4;
    private static final int TYPES = 5;
    private static final int REACHED = 6;
    private static final int WANTS_RECEIPTS = 7;
    private static final int MEMBER_WEIGHT = 300;
    private static final ObjectMapper JSON = new ObjectMapper();

    private WordCodec() {}

    /** Bytes that it takes, roughly. */
    static int weight(NodeWord word) {
        int members =
                switch (word) {
                    case NodeWord.Present(PresenceMessage.Changes changes) ->
                        changes.changes().size();
                    case NodeWord.Present(PresenceMessage.Part part) ->
                        part.members().size();
                    case NodeWord.Present _, NodeWord.Types _, NodeWord.Reached _, NodeWord.WantsReceipts _ -> 0;
                };
        return 100 + members * MEMBER_WEIGHT;
    }

    static void write(NodeWord word, ByteBuf out) {
        switch (word) {
            case NodeWord.Present(PresenceMessage message) -> write(message, out);
            case NodeWord.Types(String account, boolean on) -> {
                out.writeByte(TYPES).writeBoolean(on);
                string(account, out);
            }
            case NodeWord.Reached(StreamId stream, String account, long delivered, long read) -> {
                UUID id = stream.value();
                out.writeByte(REACHED)
                        .writeLong(id.getMostSignificantBits())
                        .writeLong(id.getLeastSignificantBits())
                        .writeLong(delivered)
                        .writeLong(read);
                string(account, out);
            }
            case NodeWord.WantsReceipts(boolean wanted) ->
                out.writeByte(WANTS_RECEIPTS).writeBoolean(wanted);
        }
    }

    private static void write(PresenceMessage message, ByteBuf out) {
        switch (message) {
            case PresenceMessage.Changes(long before, long revision, List<MemberChange> changes) -> {
                out.writeByte(CHANGES).writeLong(before).writeLong(revision).writeInt(changes.size());
                changes.forEach(change -> write(change, out));
            }
            case PresenceMessage.Standing(long revision) ->
                out.writeByte(STANDING).writeLong(revision);
            case PresenceMessage.Asked(NodeId node) -> {
                out.writeByte(ASKED);
                string(node == null ? "" : node.value(), out);
            }
            case PresenceMessage.Part(long revision, long from, long to, List<MemberChange.Shown> members) -> {
                out.writeByte(PART).writeLong(revision).writeLong(from).writeLong(to);
                out.writeInt(members.size());
                members.forEach(shown -> write(shown, out));
            }
        }
    }

    private static void write(MemberChange change, ByteBuf out) {
        out.writeLong(change.member());
        switch (change) {
            case MemberChange.Shown shown -> {
                out.writeBoolean(true);
                string(shown.key(), out);
                string(shown.ref(), out);
                string(shown.payload().toString(), out);
            }
            case MemberChange.Gone _ -> out.writeBoolean(false);
        }
    }

    /**
     * Reads a word.
     *
     * @throws AppendFormatException if it is none
     */
    static NodeWord read(ByteBuf in) {
        return switch (in.readByte()) {
            case CHANGES -> {
                long before = in.readLong();
                long revision = in.readLong();
                int count = in.readInt();
                List<MemberChange> changes = new ArrayList<>();
                for (int i = 0; i < count; i++) {
                    changes.add(change(in));
                }
                yield new NodeWord.Present(new PresenceMessage.Changes(before, revision, changes));
            }
            case STANDING -> new NodeWord.Present(new PresenceMessage.Standing(in.readLong()));
            case ASKED -> {
                String node = string(in);
                yield new NodeWord.Present(new PresenceMessage.Asked(node.isEmpty() ? null : new NodeId(node)));
            }
            case PART -> {
                long revision = in.readLong();
                long from = in.readLong();
                long to = in.readLong();
                int count = in.readInt();
                List<MemberChange.Shown> members = new ArrayList<>();
                for (int i = 0; i < count; i++) {
                    members.add((MemberChange.Shown) change(in));
                }
                yield new NodeWord.Present(new PresenceMessage.Part(revision, from, to, members));
            }
            case TYPES -> {
                boolean on = in.readBoolean();
                yield new NodeWord.Types(string(in), on);
            }
            case REACHED -> {
                var stream = new StreamId(new UUID(in.readLong(), in.readLong()));
                long delivered = in.readLong();
                long read = in.readLong();
                yield new NodeWord.Reached(stream, string(in), delivered, read);
            }
            case WANTS_RECEIPTS -> new NodeWord.WantsReceipts(in.readBoolean());
            default -> throw new AppendFormatException("unknown word");
        };
    }

    private static MemberChange change(ByteBuf in) {
        long member = in.readLong();
        if (!in.readBoolean()) {
            return new MemberChange.Gone(member);
        }
        try {
            return new MemberChange.Shown(member, string(in), string(in), (ObjectNode) JSON.readTree(string(in)));
        } catch (JsonProcessingException e) {
            throw new AppendFormatException("no JSON: " + e.getMessage());
        }
    }
}
