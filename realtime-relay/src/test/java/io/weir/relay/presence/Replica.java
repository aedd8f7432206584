package io.weir.relay.presence;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import io.weir.relay.forms.Forms;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Follows presence as a client does: a state replaces, a diff adds and removes metas by their reference. */
final class Replica implements PresenceWatcher {
    final List<PresenceNews> news = new ArrayList<>();
    private final Map<String, Map<String, JsonObject>> members = new TreeMap<>();
    private int count;

    @Override
    public void presence(PresenceNews told) {
        news.add(told);
        switch (told) {
            case PresenceNews.State(String json) -> {
                members.clear();
                each(new JsonObject(json), (key, meta) -> members.computeIfAbsent(key, _ -> new TreeMap<>())
                        .put(meta.getString("phx_ref"), meta));
            }
            case PresenceNews.Diff(String json, Forms _) -> {
                assertThat(news.getFirst()).isInstanceOf(PresenceNews.State.class);
                var diff = new JsonObject(json);
                each(diff.getJsonObject("joins"), (key, meta) -> assertThat(
                                members.computeIfAbsent(key, _ -> new TreeMap<>())
                                        .put(meta.getString("phx_ref"), meta))
                        .isNull());
                each(diff.getJsonObject("leaves"), (key, meta) -> {
                    Map<String, JsonObject> metas = members.getOrDefault(key, new TreeMap<>());
                    assertThat(metas.remove(meta.getString("phx_ref"))).isNotNull();
                    if (metas.isEmpty()) {
                        members.remove(key);
                    }
                });
            }
            case PresenceNews.Count(int number) -> count = number;
        }
    }

    private interface Meta {
        void meta(String key, JsonObject meta);
    }

    private static void each(JsonObject state, Meta visitor) {
        state.forEach(entry -> ((JsonObject) entry.getValue())
                .getJsonArray("metas")
                .forEach(meta -> visitor.meta(entry.getKey(), (JsonObject) meta)));
    }

    int count() {
        return count;
    }

    /** Who is present with what {@code name}, such as {@code alice=[desk, phone]}. */
    String shown() {
        Map<String, List<String>> names = new TreeMap<>();
        members.forEach((key, metas) -> names.put(
                key,
                metas.values().stream()
                        .map(meta -> meta.getString("name"))
                        .sorted()
                        .toList()));
        return names.toString();
    }

    /** The newest diff. */
    JsonObject diff() {
        return new JsonObject(((PresenceNews.Diff) news.getLast()).json());
    }
}
