using Coordination.Contracts.Places;
using Coordination.Domain;
using Coordination.Grains.Occupancy;
using Microsoft.Extensions.Logging;

namespace Coordination.Grains.ParkingLots;

/// <summary>A car park.</summary>
public sealed class ParkingLotGrain(PlaceLedger ledger, IGrainContext context, IGrainFactory grains, ILogger<ParkingLotGrain> logger)
    : OccupancyGrain(ledger, PlaceKind.ParkingLot, context, grains, logger), IParkingLotGrain;
