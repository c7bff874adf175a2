using Coordination.Contracts.Places;
using Coordination.Domain;
using Coordination.Grains.Occupancy;
using Microsoft.Extensions.Logging;

namespace Coordination.Grains.ScenicAreas;

/// <summary>A scenic area 景区.</summary>
public sealed class ScenicAreaGrain(PlaceLedger ledger, IGrainContext context, IGrainFactory grains, ILogger<ScenicAreaGrain> logger)
    : OccupancyGrain(ledger, PlaceKind.ScenicArea, context, grains, logger), IScenicAreaGrain;
