package org.serai.storage.core;

class ExtentDiskGroupsTest extends DiskGroupsTest {
    @Override
    String driver() {
        return "extent";
    }
}
