using System.Text.Json.Serialization;
using Coordination.Domain.Occupancy;

namespace Coordination.Domain.ParkingLots;

/// <summary>A car park: in the open, underground or a garage; its zones are levels or rows, some for a purpose.</summary>
[GenerateSerializer, Immutable]
public sealed record ParkingLotProfile : PlaceProfile
{
    /// <summary>Clearance at the entrance in centimetres, 100 to 1,000; null when it is open to the sky or not known.</summary>
    [Id(0)] public int? MaxHeightCentimetres { get; init; }

    [JsonIgnore]
    public override PlaceKind Kind => PlaceKind.ParkingLot;

    public override Rejection? Validate() =>
        MaxHeightCentimetres is < 100 or > 1000
            ? Rejection.Malformed("maxHeightCentimetres", "100 to 1,000 centimetres.")
            : base.Validate();

    public bool Equals(ParkingLotProfile? other) => ProfileEquality.Same(this, other) && MaxHeightCentimetres == other!.MaxHeightCentimetres;

    public override int GetHashCode() => ProfileEquality.Hash(this);
}
