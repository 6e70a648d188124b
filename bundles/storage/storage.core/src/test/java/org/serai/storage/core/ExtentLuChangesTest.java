package org.serai.storage.core;

class ExtentLuChangesTest extends LuChangesTest {
    @Override
    String driver() {
        return "extent";
    }
}
