package org.serai.storage.core;

class ExtentMovesTest extends MovesTest {
    @Override
    String driver() {
        return "extent";
    }
}
