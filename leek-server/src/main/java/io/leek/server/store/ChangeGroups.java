package io.leek.server.store;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Puts changes of one kind together, so that each group is one JDBC batch. A group has a jid once at most, the changes of
 * a jid stay in their order, and so do those of a kind. {@link Change.LetGo} is about no task, so all of them are one
 * group where they can be. Changes that can take a key stay where they are among all others.
 */
final class ChangeGroups {

    private final List<Group> groups = new ArrayList<>();
    private final Map<Class<?>, Integer> latestOfKind = new HashMap<>();
    private final Map<String, Integer> latestOfJid = new HashMap<>();
    private int closed;

    private ChangeGroups() {}

    static List<Group> of(List<? extends Change> changes) {
        ChangeGroups result = new ChangeGroups();
        for (int position = 0; position < changes.size(); position++) {
            result.add(position, changes.get(position));
        }
        return result.groups;
    }

    private void add(int position, Change change) {
        boolean takesKey = change.takesKey();
        boolean isOfTask = !(change instanceof Change.LetGo);
        if (takesKey) {
            closed = Math.max(closed, groups.size() - 1);
        }
        int group = latestOfKind.getOrDefault(change.getClass(), -1);
        if (group < closed || group < 0 || isOfTask && group <= latestOfJid.getOrDefault(change.jid(), -1)) {
            group = groups.size();
            groups.add(new Group(new ArrayList<>(), new ArrayList<>()));
            latestOfKind.put(change.getClass(), group);
        }
        groups.get(group).add(position, change);
        if (isOfTask) {
            latestOfJid.put(change.jid(), group);
        }
        if (takesKey) {
            closed = Math.max(closed, group);
        }
    }

    /**
     * Changes of one kind, never empty.
     *
     * @param positions of each change among all
     */
    record Group(List<Integer> positions, List<Change> changes) {

        private void add(int position, Change change) {
            positions.add(position);
            changes.add(change);
        }

        int size() {
            return changes.size();
        }

        Group part(int from, int to) {
            return new Group(positions.subList(from, to), changes.subList(from, to));
        }
    }
}
