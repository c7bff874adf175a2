namespace Coordination.Server.Api.Description;

/// <summary>
/// The examples of the description: one community with one car park and one scenic area. Tests send every request here to a server
/// and compare its answers with the answers here.
/// </summary>
internal static class Examples
{
    public const string Community = "jingtie-jiayuan";
    public const string ParkingLot = "jingtie-north";
    public const string ScenicArea = "lianhua-pond";

    public const string ParkingLotProfile = """
        {
          "name": "京铁家园北区停车场", "nameEn": "Jingtie Jiayuan North Lot", "timeZone": "Asia/Shanghai", "city": "北京",
          "district": "丰台区", "street": "六里桥街道", "community": "jingtie-jiayuan", "capacity": 800, "zones": [],
          "maxHeightCentimetres": 210
        }
        """;

    public const string ParkingLotView = """
        {
          "topic": "parking-lots/jingtie-north", "kind": "parkingLot", "id": "jingtie-north", "epoch": 3, "version": 42,
          "name": "京铁家园北区停车场", "nameEn": "Jingtie Jiayuan North Lot", "timeZone": "Asia/Shanghai", "city": "北京",
          "district": "丰台区", "street": "六里桥街道", "community": "jingtie-jiayuan", "state": "open", "operation": "automatic",
          "level": "warning", "occupied": 652, "capacity": 800, "free": 148, "percent": 81, "overCapacity": false,
          "countedAt": "2026-05-01T08:00:00+08:00", "simulated": false, "zones": [], "rules": { "staleAfterMinutes": 30 },
          "scheduled": [], "gates": [], "maxHeightCentimetres": 210
        }
        """;

    public const string ScenicAreaProfile = """
        {
          "name": "莲花池公园", "nameEn": "Lianhua Pond Park", "timeZone": "Asia/Shanghai", "city": "北京", "district": "丰台区",
          "community": "jingtie-jiayuan", "grade": "3A", "visitMinutes": 120,
          "zones": [
            { "id": "lake", "name": "湖区", "nameEn": "Lake", "areaSquareMetres": 60000, "squareMetresPerVisitor": 10 },
            { "id": "garden", "name": "花园", "nameEn": "Garden", "capacity": 2000 }
          ],
          "gates": [{ "id": "south", "name": "南门", "nameEn": "South Gate" }],
          "openingHours": {
            "weekly": [{ "day": "saturday", "periods": [{ "opens": "06:00", "closes": "21:00" }] }, { "day": "sunday", "periods": [{ "opens": "06:00", "closes": "21:00" }] }],
            "exceptions": [{ "date": "2026-10-01", "periods": [{ "opens": "06:00", "closes": "23:00" }], "reason": "国庆节" }]
          },
          "rules": { "levels": { "busy": 60, "warning": 80, "critical": 90, "full": 100, "hysteresis": 2 }, "staleAfterMinutes": 20 }
        }
        """;

    public const string ScenicAreaView = """
        {
          "topic": "scenic-areas/lianhua-pond", "kind": "scenicArea", "id": "lianhua-pond", "epoch": 2, "version": 17,
          "name": "莲花池公园", "nameEn": "Lianhua Pond Park", "timeZone": "Asia/Shanghai", "city": "北京", "district": "丰台区",
          "community": "jingtie-jiayuan", "state": "open", "operation": "automatic", "level": "busy", "occupied": 5120, "capacity": 8000,
          "free": 2880, "percent": 64, "overCapacity": false, "countedAt": "2026-05-01T10:30:00+08:00", "simulated": false,
          "zones": [
            { "id": "lake", "name": "湖区", "nameEn": "Lake", "purpose": "general", "capacity": 6000, "occupied": 4200, "free": 1800, "level": "busy", "countedAt": "2026-05-01T10:30:00+08:00", "stale": false },
            { "id": "garden", "name": "花园", "nameEn": "Garden", "purpose": "general", "capacity": 2000, "occupied": 920, "free": 1080, "level": "comfortable", "countedAt": "2026-05-01T10:29:00+08:00", "stale": false }
          ],
          "openingHours": {
            "weekly": [{ "day": "saturday", "periods": [{ "opens": "06:00", "closes": "21:00" }] }, { "day": "sunday", "periods": [{ "opens": "06:00", "closes": "21:00" }] }],
            "exceptions": [{ "date": "2026-10-01", "periods": [{ "opens": "06:00", "closes": "23:00" }], "reason": "国庆节" }]
          },
          "rules": { "levels": { "busy": 60, "warning": 80, "critical": 90, "full": 100, "hysteresis": 2 }, "staleAfterMinutes": 20 },
          "scheduled": [], "grade": "3A", "gates": [{ "id": "south", "name": "南门", "nameEn": "South Gate" }], "dailyCapacity": 60000
        }
        """;

    public const string CommunityProfile = """
        {
          "name": "京铁家园社区", "nameEn": "Jingtie Jiayuan", "timeZone": "Asia/Shanghai", "city": "北京", "district": "丰台区", "street": "六里桥街道",
          "buildings": [{ "id": "building-1", "name": "1号楼", "nameEn": "Building 1" }],
          "facilities": [{ "type": "canteen", "name": "社区食堂", "nameEn": "Community canteen" }],
          "places": ["parking-lots/jingtie-north", "scenic-areas/lianhua-pond"]
        }
        """;

    public const string CommunityView = """
        {
          "topic": "communities/jingtie-jiayuan", "id": "jingtie-jiayuan", "epoch": 1, "version": 9, "name": "京铁家园社区", "nameEn": "Jingtie Jiayuan",
          "timeZone": "Asia/Shanghai", "city": "北京", "district": "丰台区", "street": "六里桥街道",
          "buildings": [{ "id": "building-1", "name": "1号楼", "nameEn": "Building 1" }],
          "facilities": [{ "type": "canteen", "name": "社区食堂", "nameEn": "Community canteen" }],
          "places": [{
            "topic": "parking-lots/jingtie-north", "kind": "parkingLot", "id": "jingtie-north", "epoch": 3, "version": 42, "name": "京铁家园北区停车场",
            "nameEn": "Jingtie Jiayuan North Lot", "city": "北京", "district": "丰台区", "street": "六里桥街道", "community": "jingtie-jiayuan", "state": "open",
            "level": "warning", "occupied": 652, "capacity": 800, "free": 148, "percent": 81, "overCapacity": false,
            "countedAt": "2026-05-01T08:00:00+08:00", "simulated": false
          }],
          "parkingLots": { "places": 1, "reporting": 1, "occupied": 652, "capacity": 800, "free": 148 },
          "scenicAreas": { "places": 0, "reporting": 0, "occupied": 0, "capacity": 0, "free": 0 },
          "simulated": false, "missingPlaces": ["scenic-areas/lianhua-pond"]
        }
        """;

    public const string ParkingLots = """
        {
          "items": [{
            "topic": "parking-lots/jingtie-north", "kind": "parkingLot", "id": "jingtie-north", "epoch": 3, "version": 42, "name": "京铁家园北区停车场",
            "nameEn": "Jingtie Jiayuan North Lot", "city": "北京", "district": "丰台区", "street": "六里桥街道", "community": "jingtie-jiayuan", "state": "open",
            "level": "warning", "occupied": 652, "capacity": 800, "free": 148, "percent": 81, "overCapacity": false,
            "countedAt": "2026-05-01T08:00:00+08:00", "simulated": false
          }],
          "total": 1, "page": 1, "pageSize": 50
        }
        """;

    public const string ScenicAreas = """
        {
          "items": [{
            "topic": "scenic-areas/lianhua-pond", "kind": "scenicArea", "id": "lianhua-pond", "epoch": 2, "version": 17, "name": "莲花池公园",
            "nameEn": "Lianhua Pond Park", "city": "北京", "district": "丰台区", "community": "jingtie-jiayuan", "state": "open", "level": "busy",
            "occupied": 5120, "capacity": 8000, "free": 2880, "percent": 64, "overCapacity": false, "countedAt": "2026-05-01T10:30:00+08:00", "simulated": false
          }],
          "total": 1, "page": 1, "pageSize": 50
        }
        """;

    public const string Communities = """
        {
          "items": [{
            "topic": "communities/jingtie-jiayuan", "kind": "community", "id": "jingtie-jiayuan", "epoch": 1, "version": 9, "name": "京铁家园社区",
            "nameEn": "Jingtie Jiayuan", "city": "北京", "district": "丰台区", "street": "六里桥街道", "state": "open", "overCapacity": false, "simulated": false
          }],
          "total": 1, "page": 1, "pageSize": 50
        }
        """;

    public const string InputAnswer = """{ "status": "accepted", "version": 43 }""";

    public const string CommandAnswer = """{ "status": "done", "version": 44 }""";

    public const string Devices = """
        [{
          "deviceId": "gate-north", "lastSequence": 1042, "lastSeenAt": "2026-05-01T08:00:01+08:00", "lastReadingAt": "2026-05-01T08:00:00+08:00",
          "inputs": 1040, "late": 2, "lastDrift": -3, "totalDrift": 21, "totalMoved": 1630, "driftPercent": 1.29,
          "refused": { "negative-count": 1 }, "lastRefusedAt": "2026-04-30T22:10:00+08:00"
        }]
        """;

    public const string History = """
        {
          "resolution": "minute",
          "items": [
            { "at": "2026-05-01T07:59:00+08:00", "occupied": 650, "min": 648, "max": 651 },
            { "at": "2026-05-01T08:00:00+08:00", "occupied": 652, "min": 650, "max": 652 }
          ]
        }
        """;

    public const string Trend = """
        {
          "date": "2026-05-01",
          "today": [{ "at": "2026-05-01T08:00:00+08:00", "occupied": 652, "min": 650, "max": 652 }],
          "usual": [{ "at": "2026-05-01T08:00:00+08:00", "occupied": 610.5 }],
          "usualDays": 8
        }
        """;

    public const string Audit = """
        {
          "items": [
            {
              "place": "parking-lots/jingtie-north", "version": 13, "recordedAt": "2026-05-01T00:02:30+00:00", "type": "countCorrected",
              "event": { "type": "countCorrected", "occupied": 640, "by": "值班员 王", "reason": "人工清点" },
              "by": { "who": "accounts/0193a5d0-7c3b-7e1f-9a55-0f3b2c1d4e5f", "at": "devices/0193a5d1-0000-7e1f-9a55-0f3b2c1d4e5f" }, "commandId": "7d1f"
            }
          ],
          "next": "MTMgcGFya2luZy1sb3RzL2ppbmd0aWUtbm9ydGg", "searchedTo": "parking-lots/jingtie-north",
          "names": { "accounts/0193a5d0-7c3b-7e1f-9a55-0f3b2c1d4e5f": { "role": "scenicDutyOfficer", "name": "王建国" } }
        }
        """;

    public const string LiveTicket = """{ "ticket": "p3JvZQ8h2Q0yq1m1b4l4m2kq0w6mXo3v6u1cQzT8d5A", "expiresAt": "2026-05-01T00:00:30+00:00" }""";

    public const string Server = """{ "name": "Coordination", "version": "1.0.0", "now": "2026-05-01T08:00:00.000+08:00", "simulation": false }""";

    public const string IngestLines = """
        {"place":"parking-lots/jingtie-north","type":"reading","deviceId":"gate-north","sequence":1043,"at":"2026-05-01T08:01:00+08:00","occupied":655}
        {"place":"parking-lots/jingtie-north","type":"movement","deviceId":"gate-north","sequence":1044,"at":"2026-05-01T08:01:20+08:00","direction":"in","count":1}
        {"place":"scenic-areas/lianhua-pond","type":"reading","deviceId":"lake-camera","sequence":7,"at":"2026-05-01T08:01:30+08:00","free":5800,"zone":"lake"}
        {"place":"scenic-areas/lianhua-pond","type":"reading","deviceId":"lake-camera","sequence":8,"at":"2026-05-01T08:02:30+08:00","occupied":-1,"zone":"lake"}
        """;

    public const string IngestResults = """
        {"line":1,"status":"accepted","version":45}
        {"line":2,"status":"accepted","version":46}
        {"line":3,"status":"accepted","version":18}
        {"line":4,"status":"refused","code":"negative-count","detail":"A count is never negative.","field":"occupied"}
        """;

    public const string Events = """
        retry: 2000

        event: changed
        data: {"topic":"communities/none","epoch":0,"version":0,"view":null}

        """;
}
