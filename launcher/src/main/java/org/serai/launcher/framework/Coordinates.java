package org.serai.launcher.framework;

/** A Maven artifact; a version {@code managed} means the one that the root pom manages. */
public record Coordinates(String group, String artifact, String version) {
    @Override
    public String toString() {
        return group + ":" + artifact + ":" + version;
    }
}
